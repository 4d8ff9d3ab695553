/** The verb `serve`: the agent server in this process, as `npm run start:server` runs it. */

export interface ServeOptions {
  port?: string
  host?: string
  dataDir?: string
}

/** Flags are settings, and are checked as settings are. Resolves when it answers, or ends the process. */
export async function serve({ port, host, dataDir }: ServeOptions): Promise<void> {
  Object.assign(process.env, {
    ...(port !== undefined && { AGENT_PORT: port }),
    ...(host !== undefined && { AGENT_HOST: host }),
    ...(dataDir !== undefined && { DATA_DIR: dataDir }),
  })
  await import('../server/main.ts')
}
