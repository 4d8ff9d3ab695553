/** What a process's memory came to, seen from outside. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Child } from './child.ts'

/**
 * Resident memory in bytes: the most that it ever was, where the system keeps that (Linux), and what it
 * is now elsewhere.
 */
export function residentBytes(pid: number): number {
  return readBytes(pid, 'VmHWM')
}

/** Resident memory in bytes, now. */
export function residentBytesNow(pid: number): number {
  return readBytes(pid, 'VmRSS')
}

function readBytes(pid: number, line: 'VmHWM' | 'VmRSS'): number {
  const file = `/proc/${pid}/status`
  const kilobytes = existsSync(file)
    ? new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  if (!kilobytes) throw new Error(`process ${pid} says nothing of its memory`)
  return Number(kilobytes) * 1024
}

/** How Node runs a server that `heldBytes` is asked of. */
export const heldBytesArgs: readonly string[] = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('./gc-on-signal.mjs', import.meta.url)),
]

/** What the server's own thread holds when its garbage is gone: heap and buffers. `asked` counts the askings, from 1. */
export async function heldBytes(child: Child, asked: number): Promise<number> {
  const said = child.said('stdout', new RegExp(`^memory ${asked} (\\d+)`, 'm'))
  child.signal('SIGUSR2')
  return Number((await said)[1])
}
