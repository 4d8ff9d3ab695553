/**
 * The product as people run it, with a model that specs direct: agent server, web app, and the network
 * between them and the browser. One for each test worker; see `fixtures.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ModelServer, startModel } from './model.ts'
import { type NetworkToServer, openNetwork } from './network.ts'
import { type NodeProcess, startNode } from './node-process.ts'

type Settings = Readonly<Record<string, string>>

/** The agent server as specs need it. */
export interface Server {
  /** `kill -9`. */
  kill(): Promise<void>
  start(): Promise<void>
  /**
   * Stops it as an operator does, and starts it anew: as it was, or with the built-in simulator; with
   * settings of its own until the test ends.
   */
  restart(model?: 'directed' | 'built-in', settings?: Settings): Promise<void>
  /** Tells a session something, as a backend does with one HTTP call. Resolves when it was acknowledged. */
  notify(input: {
    sessionId: string
    content: string
    level?: 'info' | 'success' | 'warning' | 'error'
    data?: unknown
  }): Promise<void>
}

export interface Product {
  /** Of the page. */
  readonly url: string
  readonly model: ModelServer
  readonly network: NetworkToServer
  readonly server: Server
  /** Whether a browser could notice, since the last `restore`, that something was cut or stopped. */
  readonly disturbed: boolean
  /** As it was at the start, for the next test. */
  restore(): Promise<void>
  close(): Promise<void>
}

export const agentName = 'agent_websocket'
const serviceToken = 'a service token of the e2e tests'.replaceAll(' ', '-')

/** `env` is set for both processes. */
export async function openProduct({ env = {} }: { env?: Settings } = {}): Promise<Product> {
  await using opened = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'agent-websocket-e2e-'))
  opened.defer(() => rm(dataDir, { recursive: true, force: true }))
  const model = await startModel()
  opened.defer(() => model.close())
  const network = await openNetwork()
  opened.defer(() => network.close())
  const web = await startNode({
    args: ['node_modules/next/dist/bin/next', 'start', '.', '-p', '0', '-H', '127.0.0.1'],
    env: {
      AGENT_NAME: agentName,
      AGENT_HOST: '127.0.0.1',
      AGENT_PORT: String(network.port),
      // Set, so that a `.env` in the checkout does not count.
      PUBLIC_AGENT_URL: '',
      ...env,
    },
    ready: /Local:\s+(http:\/\/\S+:\d+)[\s\S]*Ready/,
  })
  opened.defer(() => web.end())
  const url = web.said

  let disturbed = false
  let server: NodeProcess | null = null
  opened.defer(() => server?.end())
  let modelOfServer: 'directed' | 'built-in' = 'directed'
  const noSettings: Settings = {}
  let settings = noSettings
  const start = async () => {
    server = await startNode({
      args: ['src/server/main.ts'],
      env: {
        AGENT_NAME: agentName,
        AGENT_PORT: '0',
        PORT: new URL(url).port,
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        DRAIN_TIMEOUT: '0',
        SERVICE_TOKENS: serviceToken,
        ...(modelOfServer === 'directed' && { OPENROUTER_BASE_URL: model.url }),
        ...env,
        ...settings,
      },
      ready: /Agent server: http:\/\/[^\s/]+:(\d+)/,
    })
    network.leadTo(Number(server.said))
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    disturbed = true
    const running = server
    server = null
    network.leadTo(null)
    await running?.end(signal)
  }
  await start()

  const rest = opened.move()
  return {
    url,
    model,
    network: {
      ...network,
      goAway() {
        disturbed = true
        network.goAway()
      },
      blockWebSocket() {
        disturbed = true
        network.blockWebSocket()
      },
      loseReplies() {
        disturbed = true
        network.loseReplies()
      },
    },
    server: {
      kill: () => end('SIGKILL'),
      start,
      async restart(wanted = 'directed', own = noSettings) {
        await end('SIGTERM')
        modelOfServer = wanted
        settings = own
        await start()
      },
      async notify(input) {
        const response = await fetch(`http://127.0.0.1:${network.port}/trpc/notify`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${serviceToken}`,
          },
          body: JSON.stringify({ id: crypto.randomUUID(), ...input }),
        })
        if (!response.ok) throw new Error(`notify: ${response.status} ${await response.text()}`)
      },
    },
    get disturbed() {
      return disturbed
    },
    async restore() {
      network.comeBack()
      await model.reset()
      if (!server || modelOfServer !== 'directed' || settings !== noSettings) {
        await end('SIGTERM')
        modelOfServer = 'directed'
        settings = noSettings
        await start()
      }
      disturbed = false
    },
    close: () => rest.disposeAsync(),
  }
}
