/** The verb `serve`: the agent server in this process, as `npm run start:server` runs it. */
import { CommandError } from './exit-codes.ts'

export interface ServeOptions {
  port?: string
  host?: string
  dataDir?: string
}

/** Flags are settings, and are checked as settings are. Resolves when it answers, or ends the process. */
export async function serve({ port, host, dataDir }: ServeOptions): Promise<void> {
  // The commands that talk to a server make do with Node 22.
  if (!('AsyncDisposableStack' in globalThis)) {
    throw new CommandError(
      `This is Node ${process.versions.node}: serve needs Node 24 or newer. Install it, or run the container.`,
    )
  }
  Object.assign(process.env, {
    ...(port !== undefined && { AGENT_PORT: port }),
    ...(host !== undefined && { AGENT_HOST: host }),
    ...(dataDir !== undefined && { DATA_DIR: dataDir }),
  })
  await import('../server/main.ts')
}
