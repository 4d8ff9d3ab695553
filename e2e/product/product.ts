/**
 * The product as people run it, with a model that specs direct: the tester's kit around our own page. One for each
 * test worker; see `fixtures.ts`.
 */
import {
  type AgentServer,
  type Model,
  type Settings,
  startAgentServer,
} from '../../src/testing/index.ts'
import { type Network, networkOf } from './network.ts'
import { startNode } from './node-process.ts'

/** The kit's server, in the words of the specs. */
export interface Server extends AgentServer {
  /**
   * Stops it as an operator does, and starts it anew: as it was, or with the built-in simulator; with
   * settings of its own until the test ends.
   */
  restart(model?: 'directed' | 'built-in' | Settings, settings?: Settings): Promise<void>
}

export interface Product {
  /** Of the page. */
  readonly url: string
  readonly model: Model
  readonly network: Network
  readonly server: Server
  /** Whether a browser could notice, since the last `restore`, that something was cut or stopped. */
  readonly disturbed: boolean
  /** As it was at the start, for the next test. */
  restore(): Promise<void>
  close(): Promise<void>
}

export const agentName = 'agent_websocket'

/** `env` is set for both processes. */
export async function openProduct({ env = {} }: { env?: Settings } = {}): Promise<Product> {
  const agentServer = await startAgentServer({
    settings: { AGENT_NAME: agentName, ...asPeopleRunIt, ...patient, ...env },
    page: ({ port }) => startPage(port, env),
  })
  const { pageUrl, model, connection, restart } = agentServer
  if (pageUrl === null) throw new Error('the page has no URL')
  return {
    url: pageUrl,
    model,
    network: networkOf(connection),
    server: Object.assign(agentServer, {
      restart(wanted: 'directed' | 'built-in' | Settings = 'directed', own: Settings = {}) {
        if (typeof wanted === 'object') return restart(wanted)
        // Without a model of its own the server has the built-in one.
        return restart({ ...(wanted === 'built-in' && { OPENROUTER_BASE_URL: '' }), ...own })
      },
    }),
    get disturbed() {
      return agentServer.disturbed
    },
    restore: () => agentServer.restore(),
    close: async () => agentServer[Symbol.asyncDispose](),
  }
}

/** Not as the kit sets them: the page is tried under the limits and the origins that people have. */
const asPeopleRunIt: Settings = {
  ALLOWED_ORIGINS: '',
  MAX_CONNECTIONS_PER_IP: '',
  MAX_CONNECTIONS_PER_USER: '',
  QUERIES_PER_MINUTE: '',
}

/** An answer that a spec holds is not given up, however slow the machine is. */
const patient: Settings = { UPSTREAM_FIRST_TOKEN_TIMEOUT: '300', UPSTREAM_IDLE_TIMEOUT: '300' }

async function startPage(port: number, env: Settings) {
  const web = await startNode({
    args: ['node_modules/next/dist/bin/next', 'start', '.', '-p', '0', '-H', '127.0.0.1'],
    env: {
      AGENT_NAME: agentName,
      AGENT_HOST: '127.0.0.1',
      AGENT_PORT: String(port),
      // Set, so that a `.env` in the checkout does not count.
      PUBLIC_AGENT_URL: '',
      ...env,
    },
    ready: /Local:\s+(http:\/\/\S+:\d+)[\s\S]*Ready/,
  })
  return { url: web.said, [Symbol.asyncDispose]: () => web.end() }
}
