/**
 * The built-in model server: it speaks OpenRouter's wire on this machine, without a network. `npm start` runs
 * it for people without a key; tests and the benchmark direct it by plans, in process or over `/control`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { chatRequest } from './chat.ts'
import { handleControl } from './control.ts'
import { KeptConnections } from './kept-connections.ts'
import { perform } from './perform.ts'
import type { Pace, PlanInput } from './plan.ts'
import { readJson } from './read-json.ts'
import { Requests } from './requests.ts'
import type { SimulatedRequest } from './simulated-request.ts'
import { createTicker } from './ticker.ts'
import { errorBody, sendJson } from './wire.ts'

export type { PlanInput } from './plan.ts'
export type { SimulatedRequest } from './simulated-request.ts'

export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number
  host?: '127.0.0.1'
  /** Varies wording and pace. The same seed and messages give the same answer. */
  seed?: number
  /** Of every answer whose plan says nothing else. `tokensPerSecond: 0` is as fast as the client reads. */
  pace?: Partial<Pace>
  /** Serves `/control/*`. */
  control?: boolean
  /** Requests that are kept to be looked at, the last ones. */
  keepRequests?: number
}

export interface Simulator {
  /** The base URL, as `OPENROUTER_BASE_URL` wants it: it ends in `/v1`. */
  readonly url: string
  /** The kept requests, oldest first. */
  readonly requests: readonly SimulatedRequest[]
  /** Connections that were ever opened to it. */
  readonly connections: number
  /** One plan for each of the next requests. Throws where one is not valid. */
  next(...plans: PlanInput[]): void
  /** The plan of all requests that `next` says nothing about; null for none. */
  always(plan: PlanInput | null): void
  /** Plans by what is asked: one for each request of exactly this question, the last one for all that follow. */
  questions(plans: Readonly<Record<string, readonly PlanInput[]>>): void
  /** Forgets plans and requests, and counts from 1 again. */
  reset(): void
  /** Resolves when the `number`-th request (from 1) is there. */
  waitForRequest(number: number): Promise<SimulatedRequest>
  /** Breaks what runs, and resolves when the port is free. */
  close(): Promise<void>
}

const usualPace: Pace = { firstTokenMs: 300, tokensPerSecond: 50 }
const models = [
  'openai/gpt-4-turbo',
  'openai/gpt-4o-mini',
  'anthropic/claude-3.5-sonnet',
  'simulator/simulator',
]

/** Rejects where the port is taken. */
export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', seed = 0, keepRequests = 1_000 } = options
  const pace = { ...usualPace, ...options.pace }
  const ticker = createTicker()
  const requests = new Requests(keepRequests)

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url?.split('?')[0] ?? ''
    if (options.control && path.startsWith('/control/')) {
      return handleControl({ requests, connections }, req, res)
    }
    if (req.method === 'GET' && path === '/v1/models') {
      const data = models.map((id) => ({ id, name: `${id} (simulated)`, object: 'model' }))
      return sendJson(res, 200, { data })
    }
    if (req.method !== 'POST' || path !== '/v1/chat/completions') {
      return sendJson(res, 404, errorBody(404, 'Not found'))
    }
    connections.use(req, res)
    const body = await readJson(req)
    if (body.kind === 'too-large') {
      res.setHeader('Connection', 'close')
      return sendJson(res, 413, errorBody(413, 'The request is too large'))
    }
    const parsed = chatRequest.safeParse(body.kind === 'json' ? body.value : undefined)
    if (!parsed.success) {
      return sendJson(res, 400, errorBody(400, z.prettifyError(parsed.error)))
    }
    perform({ res, ...requests.add(parsed.data, req.headers), pace, seed, ticker })
  }

  const server = createServer({ noDelay: true }, (req, res) => {
    // Fails only where the client went while it sent its request: there is nobody to tell.
    handle(req, res).catch(() => res.destroy())
  })
  const connections = new KeptConnections(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the simulator has no address')

  return {
    url: `http://${host}:${address.port}/v1`,
    get requests() {
      return requests.list
    },
    get connections() {
      return connections.opened
    },
    next: (...plans) => requests.next(plans),
    always: (plan) => requests.always(plan),
    questions: (plans) => requests.questions(plans),
    reset: () => requests.reset(),
    waitForRequest: (number) => requests.wait(number),
    close() {
      ticker.close()
      requests.close()
      return new Promise((resolve, reject) => {
        server.close((cause) => (cause ? reject(cause) : resolve()))
        server.closeAllConnections()
      })
    },
  }
}
