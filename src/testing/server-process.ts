/**
 * The agent server as a process of its own, so that it can be killed. It ends with whoever started it, however that
 * ends: its channel closes then. Used by `server.ts`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

export interface ServerProcess {
  readonly port: number
  /** Signals it, and resolves when it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Beside this folder, in its language: built code has none of TypeScript. */
const isBuilt = import.meta.url.endsWith('.js')
const main = fileURLToPath(new URL(`../server/main.${isBuilt ? 'js' : 'ts'}`, import.meta.url))
/** Of its output, for who has to find out why it ended. */
const keptChars = 20_000
const ready = z.object({ ready: z.object({ port: z.number() }) })

/** Resolves when it answers; rejects with what it said where it ends before. */
export async function startServerProcess(
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  if (!('AsyncDisposableStack' in globalThis)) {
    throw new Error(
      `This is Node ${process.versions.node}: the agent server needs Node 24 or newer.`,
    )
  }
  // Nothing of the tester's own settings: no key, no port.
  const { PATH, HOME, TMPDIR } = process.env
  const child = fork(main, {
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), NODE_ENV: 'production', ...settings },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const gone = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptChars)
    })
  }
  const port = await Promise.race([
    once(child, 'message').then(([message]) => ready.parse(message).ready.port),
    gone.then(() => {
      throw new Error(`The agent server ended before it was ready:\n${output}`)
    }),
  ])
  return {
    port,
    async end(signal) {
      child.kill(signal)
      await gone
    },
  }
}
