/**
 * A bare follower of one session over a WebSocket: keeps all that it is given and when, gives up connections that
 * say nothing, and comes back with the id of the last event. Used by the runner as the eyes of the oracle.
 */
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type SessionEvent, sessionEvent } from '../src/core/events.ts'
import { Given } from './given.ts'

/** A sign of life is asked for this often, and has to come in the time of three. */
const pingMs = 250

const frame = z.looseObject({
  result: z.looseObject({ type: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z.unknown().optional(),
})
const envelope = z.object({ id: z.string(), data: sessionEvent })

interface FollowerOptions {
  reader: string
  /** Of the proxy before the server, or of the server. */
  port: number
  token: string
  sessionId: string
  /** Asked before it comes back. */
  isBack: () => Promise<void>
}

export class Follower implements Disposable {
  readonly given: Given
  readonly #options: FollowerOptions
  #socket: WebSocket | null = null
  #left = false

  constructor(options: FollowerOptions) {
    this.#options = options
    this.given = new Given(options.reader)
    this.#connect()
  }

  [Symbol.dispose](): void {
    this.#left = true
    this.#socket?.terminate()
  }

  #connect(): void {
    if (this.#left) return
    const { port, token, sessionId, isBack } = this.#options
    const socket = new WebSocket(`ws://127.0.0.1:${port}/trpc?connectionParams=1`)
    this.#socket = socket
    let heard = performance.now()
    const watch = setInterval(() => {
      if (performance.now() - heard > 3 * pingMs) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.send('PING')
    }, pingMs)
    socket.on('error', () => {})
    socket.on('open', () => {
      const lastEventId = this.given.events.at(-1)?.id
      const input = lastEventId === undefined ? { sessionId } : { sessionId, lastEventId }
      const params = { path: 'session.events', input }
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
      socket.send(JSON.stringify({ id: 1, method: 'subscription', params }))
    })
    socket.on('message', (bytes) => {
      heard = performance.now()
      const event = this.#left ? null : eventOf(bytes.toString())
      if (event === 'over') socket.terminate()
      else if (event) this.given.add(event)
    })
    socket.on('close', () => {
      clearInterval(watch)
      // Not at once: a server that is going away takes nobody, and says so in a millisecond.
      void isBack().then(() => setTimeout(() => this.#connect(), 10))
    })
  }
}

/** `over` where the server ended the subscription: it goes, or cannot read now. */
function eventOf(text: string): SessionEvent | 'over' | null {
  if (text === 'PING' || text === 'PONG') return null
  const { result, error } = frame.parse(JSON.parse(text))
  if (error !== undefined || result?.type === 'stopped') return 'over'
  return result?.data === undefined ? null : envelope.parse(result.data).data
}
