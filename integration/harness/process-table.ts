/** Which processes a process has started, and theirs: to see that none is left behind. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Ids of all that descend from it, itself not among them. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const [child, parent] of parents()) {
    children.set(parent, [...(children.get(parent) ?? []), child])
  }
  const found = [...(children.get(pid) ?? [])]
  for (const child of found) found.push(...(children.get(child) ?? []))
  return found
}

/** Those of them that still run. One that ended and was not yet fetched by its parent does not. */
export function stillRunning(pids: readonly number[]): number[] {
  const running = new Set([...parents()].map(([pid]) => pid))
  return pids.filter((pid) => running.has(pid))
}

function* parents(): Generator<[pid: number, parent: number]> {
  if (existsSync('/proc/self/stat')) {
    for (const name of readdirSync('/proc')) {
      const stat = /^\d+$/.test(name) ? readStat(name) : null
      // The name stands in brackets and may hold anything: the fields count from the last bracket.
      const [state, parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
      if (parent !== undefined && state !== 'Z') yield [Number(name), Number(parent)]
    }
    return
  }
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' })
  for (const line of table.trim().split('\n')) {
    const [pid, parent, state] = line.trim().split(/\s+/)
    if (!state?.startsWith('Z')) yield [Number(pid), Number(parent)]
  }
}

function readStat(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // It ended while we looked.
    return null
  }
}
