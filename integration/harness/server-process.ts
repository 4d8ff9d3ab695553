/** The agent server as a process of its own, as an operator would run it. Used by all fault tests. */
import { join } from 'node:path'
import { Child, type Exit, root } from './child.ts'
import { freePort } from './ports.ts'

export interface ServerProcess extends AsyncDisposable {
  readonly child: Child
  /** `http://127.0.0.1:20001` */
  readonly url: string
  /** `ws://127.0.0.1:20001/trpc` */
  readonly wsUrl: string
  readonly port: number
  /** `kill -9`. */
  kill(): Promise<void>
  /** SIGTERM, and how it ended. */
  stop(): Promise<Exit>
}

export interface ServerOptions {
  dataDir: string
  /** The same one as before, for a next start. */
  port?: number
  /** As an operator sets them. */
  env?: Readonly<Record<string, string>>
  /** Of Node itself, before the program. */
  nodeArgs?: readonly string[]
}

export const serverMain = join(root, 'src/server/main.ts')

/** Many clients of one machine are what these tests are made of: the limits are tested elsewhere. */
const roomy = {
  MAX_CONNECTIONS_PER_IP: '100000',
  MAX_CONNECTIONS_PER_USER: '100000',
  MAX_SUBSCRIPTIONS_PER_CONNECTION: '1000',
  QUERIES_PER_MINUTE: '1000000',
  MESSAGES_PER_SECOND: '100000',
  DRAIN_TIMEOUT: '0.2',
}

/** Resolves when `/readyz` says 200; rejects with what the process said when it ends before. */
export async function startServer({
  dataDir,
  port,
  env,
  nodeArgs = [],
}: ServerOptions): Promise<ServerProcess> {
  const taken = port ?? (await freePort())
  const child = new Child([...nodeArgs, serverMain], {
    ...roomy,
    DATA_DIR: dataDir,
    AGENT_PORT: String(taken),
    ...env,
  })
  const url = `http://127.0.0.1:${taken}`
  try {
    await child.said('stdout', /^Agent server: /m)
    await ready(url)
  } catch (cause) {
    await child.kill()
    throw cause
  }
  return {
    child,
    url,
    wsUrl: `ws://127.0.0.1:${taken}/trpc`,
    port: taken,
    kill: () => child.kill(),
    stop() {
      child.signal('SIGTERM')
      return child.ended
    },
    [Symbol.asyncDispose]: () => child.kill(),
  }
}

/** On a machine that is busy a store may take longer to answer than a probe waits for it. */
async function ready(url: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { status } = await fetch(`${url}/readyz`)
    if (status === 200) return
    if (tries === 10) throw new Error(`/readyz answered ${status}, ${tries} times`)
  }
}
