/**
 * A whole system in this process, for the client's tests: the simulator, the agent server, a proxy
 * before it, and as many clients as a test wants. All of it is closed at the end.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Timings } from '../../server/settings.ts'
import { openSimulator, type Simulator } from '../../server/simulator/simulator.ts'
import { newGuest } from '../../server/testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../../server/testing/test-server.ts'
import { type AgentClient, type AgentClientOptions, createAgentClient } from '../client.ts'
import { openGuest } from '../guest.ts'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export interface Rig extends AsyncDisposable {
  server: TestServer
  simulator: Simulator
  proxy: TcpProxy
  /** Of the rig's guest. */
  token: string
  /** A fresh one of the rig's guest. */
  newToken(): Promise<string>
  /** Stops the server, in the middle of what it does, and starts it again on its data and port. */
  restart(): Promise<void>
  /** A client of the rig's guest, through the proxy. */
  client(options?: Partial<AgentClientOptions>): AgentClient
}

export async function openRig({
  env = {},
  timings = {},
  now,
}: {
  env?: Record<string, string>
  timings?: Partial<Timings>
  /** What the ends of tokens are kept by. */
  now?: () => number
} = {}): Promise<Rig> {
  await using opened = new AsyncDisposableStack()
  const simulator = opened.adopt(
    await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } }),
    (it) => it.close(),
  )
  const dataDir = opened.adopt(await mkdtemp(join(tmpdir(), 'agent-client-')), (it) =>
    rm(it, { recursive: true, force: true }),
  )
  const settings = {
    OPENROUTER_BASE_URL: simulator.url,
    QUERIES_PER_MINUTE: '100000',
    DATA_DIR: dataDir,
    ...env,
  }
  let server = await openTestServer({ env: settings, timings, ...(now && { now }) })
  opened.defer(() => server.close())
  const proxy = opened.use(await openTcpProxy({ targetPort: server.port }))
  const guest = await newGuest(server.url)
  const { token } = guest
  const rest = opened.move()
  return {
    get server() {
      return server
    },
    simulator,
    proxy,
    token,
    newToken: async () => (await openGuest(`${server.url}/trpc`, guest)()).token,
    async restart() {
      const { port } = server
      await server.close({ restarting: true })
      server = await openTestServer({ env: { ...settings, AGENT_PORT: `${port}` }, timings })
    },
    client: (options = {}) =>
      rest.adopt(
        createAgentClient({
          url: `ws://127.0.0.1:${proxy.port}/trpc`,
          token: () => token,
          ...options,
        }),
        (client) => client.close(),
      ),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
