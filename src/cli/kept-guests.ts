/**
 * Who this person is at each agent server that knows guests: a small file in the user's configuration, which
 * nobody else may read. Without it every call would be a new guest, without the sessions of the last one.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const keptGuest = z.object({
  userId: z.string(),
  token: z.string(),
  /** ISO 8601. */
  expiresAt: z.string(),
  /** What the guest is known by when the token has expired. */
  identity: z.string(),
})
export type KeptGuest = z.infer<typeof keptGuest>

const file = z.record(z.string(), keptGuest)

/** By the convention of the desktop; `XDG_CONFIG_HOME` counts where it is an absolute path. */
export function guestsFile(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CONFIG_HOME: set = '' } = env
  const config = set.startsWith('/') ? set : join(env.HOME || homedir(), '.config')
  return join(config, 'agent-websocket', 'guests.json')
}

/** Null where there is none, or the file is not one of ours. */
export function readGuest(path: string, url: string): KeptGuest | null {
  return readAll(path)[url] ?? null
}

/** Replaces the file as a whole: a process that dies here leaves the old one. */
export function keepGuest(path: string, url: string, guest: KeptGuest): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const unfinished = `${path}.${process.pid}`
  try {
    const all = { ...readAll(path), [url]: guest }
    writeFileSync(unfinished, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
    renameSync(unfinished, path)
  } catch (cause) {
    rmSync(unfinished, { force: true })
    throw cause
  }
}

function readAll(path: string): Record<string, KeptGuest> {
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return {}
  }
}
