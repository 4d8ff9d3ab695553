/** How commands end: what scripts go by. Said in the help of the program. Used by all commands. */

export const exitCodes = {
  done: 0,
  /** The agent, or the server, said no: its reason is on stderr. */
  failed: 1,
  /** The command was not called as it wants to be. */
  usage: 2,
  /** No agent server answers, or it lets nobody in. */
  unreachable: 3,
  /** The answer ended before it was whole: at its longest, filtered, or stopped from elsewhere. */
  notWhole: 4,
  /** Ctrl-C, as shells count it. */
  interrupted: 130,
} as const

/** Ends a command: one sentence for a person, and the exit code. Thrown where a command cannot go on. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}
