/** What a process's memory came to, seen from outside. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/**
 * Resident memory in bytes: the most that it ever was, where the system keeps that (Linux), and what it
 * is now elsewhere.
 */
export function residentBytes(pid: number): number {
  const file = `/proc/${pid}/status`
  const kilobytes = existsSync(file)
    ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  if (!kilobytes) throw new Error(`process ${pid} says nothing of its memory`)
  return Number(kilobytes) * 1024
}
