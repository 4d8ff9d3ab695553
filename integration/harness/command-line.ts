/**
 * `agent-websocket` as people run it: from the sources, with a configuration folder of the test's own. In a pipe, or
 * on a pseudo terminal, which Python makes. Used by the tests of the command line.
 */
import { join } from 'node:path'
import { setUpPython } from '../../scripts/setup-python.ts'
import { Child, type Exit, root } from './child.ts'

const main = join(root, 'src/cli/main.ts')

/** What Ctrl-C and Ctrl-D send. */
export const ctrl = { c: '\x03', d: '\x04' } as const

/** Passes what it reads on to the terminal, and what the terminal shows to its output. */
const onTerminal = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`

export interface CommandLine {
  /** Nothing is piped in, unless `input` is given. Resolves when it has ended. */
  run(args: readonly string[], options?: { input?: string; env?: Env }): Promise<Exit>
  /** In a pipe whose end is still open. */
  start(args: readonly string[], env?: Env): Child
  startOnTerminal(args: readonly string[], env?: Env): Child
}

type Env = Readonly<Record<string, string>>

/** `env`: of every command. */
export function commandLine(env: Env): CommandLine {
  const of = (own: Env = {}): Env => ({ ...env, ...own })
  return {
    async run(args, { input, env: own } = {}) {
      await using child = new Child([main, ...args], of(own), process.execPath)
      if (input !== undefined) child.type(input)
      child.typedAll()
      return await child.ended
    },
    start: (args, own) => new Child([main, ...args], of(own), process.execPath),
    startOnTerminal(args, own) {
      const command = [process.execPath, main, ...args]
      return new Child(
        ['-c', onTerminal, ...command],
        of({ TERM: 'xterm', NO_COLOR: '1', ...own }),
        setUpPython(),
      )
    },
  }
}
