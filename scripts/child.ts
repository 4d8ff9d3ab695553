/**
 * One process that a script starts: in a process group of its own, so that a Ctrl-C in the terminal
 * reaches the script alone, which then passes it on once. Used by `steps.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The root of the checkout. */
export const root = resolve(import.meta.dirname, '..')

const endWithLauncher = pathToFileURL(join(import.meta.dirname, 'end-with-launcher.mjs')).href

/** What `node` is given, and the environment beside the script's own. */
export interface Command {
  /** For people: "The agent server". */
  name: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** How a process ended: its exit code, or the signal that ended it. */
export type Exit = { code: number } | { signal: string }

/** A running process. It ends with the script that started it, however that ends. */
export interface Child {
  readonly name: string
  readonly exited: Promise<Exit>
  /** Asks it to end, once; kills it and what it started when the deadline has passed. */
  stop(deadlineMs: number): Promise<Exit>
}

/** The script's environment, with the pinned Node and the installed commands first in PATH. */
export function childEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].filter(Boolean).join(delimiter)
  return { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PATH: path, ...extra }
}

/** Starts `node` with the command's arguments, its output on this script's own. */
export function startChild({ name, args, env }: Command): Child {
  const child = spawn(process.execPath, ['--import', endWithLauncher, ...args], {
    cwd: root,
    env: childEnv(env),
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  })
  const exited = exitOf(child)
  return {
    name,
    exited,
    async stop(deadlineMs) {
      child.kill('SIGTERM')
      const deadline = setTimeout(() => killGroup(child), deadlineMs)
      const exit = await exited
      clearTimeout(deadline)
      return exit
    },
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  const { promise, resolve, reject } = Promise.withResolvers<Exit>()
  child.once('error', reject)
  child.once('exit', (code, signal) => {
    // Whatever it left behind in its group goes with it.
    killGroup(child)
    resolve(code === null ? { signal: signal ?? 'SIGKILL' } : { code })
  })
  return promise
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: nobody is left in it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
