/**
 * An agent server of one's own for tests: a process on a free port with a data folder that goes with it, a model
 * that the test directs, and a connection that the test can cut. Used by `index.ts` and the fixtures.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGuest } from '../client/guest.ts'
import { type Connection, openConnection } from './connection.ts'
import { untilIdle } from './idle.ts'
import { type Model, startModel } from './model.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** As operators set them: `{ SESSION_TIMEOUT: '0.05' }`. */
export type Settings = Readonly<Record<string, string>>

export interface AgentServerOptions {
  /** On top of what the kit sets: a free port, a data folder, its model, generous limits. */
  settings?: Settings
  /**
   * The page that is tested: its URL, or what starts it, which is told where the server will be. Its origin is let
   * in. What it returns is closed at the end, where it can be.
   */
  page?: string | ((server: ServerAddress) => Promise<string | StartedPage>)
}

export interface ServerAddress {
  /** `http://127.0.0.1:20001` */
  url: string
  port: number
}

export interface StartedPage extends Partial<AsyncDisposable> {
  url: string
}

/** What a backend tells a session. */
export interface Notice {
  sessionId: string
  content: string
  level?: 'info' | 'success' | 'warning' | 'error'
  data?: unknown
}

export interface AgentServer extends ServerAddress, AsyncDisposable {
  /** What `createAgentClient` takes: the `/trpc` of `url`. */
  readonly trpcUrl: string
  /** Of the plain JSON WebSocket. */
  readonly plainUrl: string
  /** Of the page, where one was given. */
  readonly pageUrl: string | null
  readonly model: Model
  readonly connection: Connection
  /** One of its `SERVICE_TOKENS`. */
  readonly serviceToken: string
  /** `kill -9`. The address stays, and nobody answers there. */
  kill(): Promise<void>
  /** After `kill`, with the data and the settings that there are. */
  start(): Promise<void>
  /** Stops it as an operator does, and starts it anew; with other settings until `restore`. */
  restart(settings?: Settings): Promise<void>
  /** A new guest: the token is for `createAgentClient`. */
  newGuest(): Promise<{ token: string; userId: string }>
  /** Tells a session something, as a backend does. Resolves when it was acknowledged. */
  notify(notice: Notice): Promise<void>
  /** Whether one could notice, since the last `restore`, that something was cut or stopped. */
  readonly disturbed: boolean
  /** As it was at the start, but for what is stored: for the next test. */
  restore(): Promise<void>
}

/** Tests are many clients of one machine. */
const roomy: Settings = {
  MAX_CONNECTIONS_PER_IP: '10000',
  MAX_CONNECTIONS_PER_USER: '1000',
  QUERIES_PER_MINUTE: '100000',
}
const serviceToken = 'a-service-token-of-the-testers-kit'

/** Resolves when it answers; rejects with what it said where it does not start. */
export async function startAgentServer(options: AgentServerOptions = {}): Promise<AgentServer> {
  const opened: (() => PromiseLike<void> | void)[] = []
  const close = async () => {
    for (let last = opened.pop(); last; last = opened.pop()) await last()
  }
  try {
    return await start(options, { opened, close })
  } catch (cause) {
    await close()
    throw cause
  }
}

interface Closing {
  opened: (() => PromiseLike<void> | void)[]
  close(): Promise<void>
}

async function start(options: AgentServerOptions, closing: Closing): Promise<AgentServer> {
  const { opened, close } = closing
  const dataDir = await mkdtemp(join(tmpdir(), 'agent-websocket-test-'))
  opened.push(() => rm(dataDir, { recursive: true, force: true }))
  const model = await startModel()
  opened.push(() => model.close())
  const connection = await openConnection()
  opened.push(() => connection.close())
  const { port } = connection
  const url = `http://127.0.0.1:${port}`
  const given =
    typeof options.page === 'function' ? await options.page({ url, port }) : options.page
  const page = typeof given === 'string' ? { url: given } : given
  opened.push(() => page?.[Symbol.asyncDispose]?.())

  const usual: Settings = {
    ...roomy,
    LOG_LEVEL: 'warn',
    DRAIN_TIMEOUT: '0',
    OPENROUTER_BASE_URL: model.url,
    SERVICE_TOKENS: serviceToken,
    ...(page && { ALLOWED_ORIGINS: new URL(page.url).origin, PORT: new URL(page.url).port }),
    ...options.settings,
    AGENT_HOST: '127.0.0.1',
    AGENT_PORT: '0',
    DATA_DIR: dataDir,
  }
  let running: ServerProcess | null = null
  let own: Settings = {}
  const run = async () => {
    if (running) return
    running = await startServerProcess({ ...usual, ...own })
    connection.leadTo(running.port)
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    connection.disturbed = true
    connection.leadTo(null)
    const ending = running
    running = null
    await ending?.end(signal)
  }
  opened.push(() => end('SIGTERM'))
  await run()

  /** The `/trpc` of the server itself: the connection may be cut. */
  const pastConnection = () => {
    if (!running) throw new Error('the server does not run')
    return `http://127.0.0.1:${running.port}/trpc`
  }

  return {
    url,
    port,
    trpcUrl: `${url}/trpc`,
    plainUrl: `ws://127.0.0.1:${port}/ws`,
    pageUrl: page?.url ?? null,
    model,
    connection,
    serviceToken,
    kill: () => end('SIGKILL'),
    start: run,
    async restart(settings = {}) {
      await end('SIGTERM')
      own = settings
      await run()
    },
    async newGuest() {
      const { token, userId } = await openGuest(pastConnection())()
      return { token, userId }
    },
    async notify(notice) {
      const response = await fetch(`${pastConnection()}/notify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${serviceToken}` },
        body: JSON.stringify({ id: crypto.randomUUID(), ...notice }),
      })
      if (!response.ok) throw new Error(`notify: ${response.status} ${await response.text()}`)
    },
    get disturbed() {
      return connection.disturbed
    },
    async restore() {
      connection.restore()
      await model.reset()
      if (Object.keys(own).length > 0) await end('SIGTERM')
      own = {}
      await run()
      // What the test left waiting is asked now, and not in the next one, where it would be answered by its plans.
      if (running) await untilIdle(running.port)
      await model.reset()
      connection.disturbed = false
    },
    [Symbol.asyncDispose]: close,
  }
}
