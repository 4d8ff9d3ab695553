/** A script as a process of its own, and what it says: for the tests of the launcher. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../child.ts'

/** A script that runs. Whoever starts it calls `end`. */
export interface ScriptProcess {
  /** Resolves when stdout or stderr has said it; rejects with all that was said when it ends without. */
  said(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it, when all its output is there. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>
  /** Kills it, should it still run. */
  end(): Promise<void>
}

/** `node`, or another command, with these arguments, at the root of the checkout. */
export function startScript(
  args: string[],
  env: Record<string, string> = {},
  command: string = process.execPath,
): ScriptProcess {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const look of waiting) look()
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }))
  return {
    ended,
    signal: (name) => child.kill(name),
    said(text) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (output.includes(text)) resolve()
      }
      waiting.add(look)
      look()
      const silent = ended.then(() => {
        if (!output.includes(text)) throw new Error(`It never said "${text}", but:\n${output}`)
      })
      return Promise.race([promise, silent]).finally(() => waiting.delete(look))
    },
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
