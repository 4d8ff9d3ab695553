/** What one program on `/ws` is told beside its session's events: frames that are not in the log. Used by its connection. */
import { randomUUID } from 'node:crypto'
import { AgentError } from '../../core/errors.ts'
import type { Services } from '../request-context.ts'
import type { GuestToken, Identity } from '../trpc/context.ts'
import type { AgentSocket } from '../websocket/agent-socket.ts'
import {
  ack,
  authReply,
  closeCodeOf,
  internalError,
  type Receipt,
  type Refusal,
  refusalOf,
} from './outgoing-frames.ts'

/** What a program is told of who it is: its token too, where that was made for it. */
export interface Told {
  guest: GuestToken | null
}

export class PlainReplies {
  readonly #services: Services
  readonly #socket: AgentSocket

  constructor(services: Services, socket: AgentSocket) {
    this.#services = services
    this.#socket = socket
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  acknowledge(receipt: Receipt, place: { requestId: string; sessionId: string }): void {
    this.#send(ack(receipt, { ...place, nowMs: this.#services.now() }))
  }

  tellWho({ userId, expiresAtMs }: Identity, sessionId: string, { guest }: Told): void {
    const kept = guest && { token: guest.token, identity: guest.identity }
    const nowMs = this.#services.now()
    this.#send(authReply({ userId, sessionId, ...kept }, { expiresAtMs, nowMs }))
  }

  refuse(cause: unknown, requestId?: string): void {
    const refusal = this.#refusal(cause)
    this.#send(requestId === undefined ? refusal : { ...refusal, requestId })
  }

  /** There is no session to talk in: says why, and closes. */
  end(cause: unknown): void {
    if (!this.isOpen) return
    const refusal = this.#refusal(cause)
    this.#send(refusal)
    this.#socket.close(closeCodeOf(refusal.code), refusal.code)
  }

  #refusal(cause: unknown): Refusal {
    const nowMs = this.#services.now()
    if (cause instanceof AgentError) return refusalOf(cause, nowMs)
    const correlationId = randomUUID()
    this.#services.log.error({ correlationId, path: '/ws', err: cause }, 'a frame failed')
    return internalError(correlationId, nowMs)
  }

  #send(frame: object): void {
    this.#socket.send(JSON.stringify(frame))
  }
}
