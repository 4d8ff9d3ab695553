/** What Linux says of a process: processor time and memory, seen from outside. Used by the scenarios. */
import { readFile } from 'node:fs/promises'

/** Linux counts processor time in these, whatever its own tick is. */
const ticksPerSecond = 100

/** Seconds of processor time, user and system, of all threads of the process so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name stands in brackets and may hold anything: the fields count from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Seconds of processor time that the whole machine has spent on anything. */
export async function machineCpuSeconds(): Promise<number> {
  const stat = await readFile('/proc/stat', 'utf8')
  const [user, nice, system, , , irq, softirq] = stat.split('\n', 1).join('').split(/\s+/).slice(1)
  const ticks = [user, nice, system, irq, softirq].reduce((sum, part) => sum + Number(part), 0)
  return ticks / ticksPerSecond
}

/** Resident memory in bytes: now, and the most that it ever was. */
export async function memory(pid: number): Promise<{ nowBytes: number; peakBytes: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return {
    nowBytes: kilobytes(status, 'VmRSS') * 1024,
    peakBytes: kilobytes(status, 'VmHWM') * 1024,
  }
}

/** Resolves with the resident memory once it has not grown or shrunk by 1 % for a while. */
export async function settledMemory(pid: number, mostMs: number): Promise<number> {
  const lookMs = 500
  const quietLooks = 4
  let { nowBytes: reference } = await memory(pid)
  let quiet = 0
  for (let waitedMs = 0; quiet < quietLooks && waitedMs < mostMs; waitedMs += lookMs) {
    await new Promise((resolve) => setTimeout(resolve, lookMs))
    const { nowBytes } = await memory(pid)
    if (Math.abs(nowBytes - reference) < reference / 100) quiet++
    else {
      reference = nowBytes
      quiet = 0
    }
  }
  return (await memory(pid)).nowBytes
}

/** How many files and sockets one process may have open. */
export async function maxOpenFiles(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8')
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN)
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN)
}
