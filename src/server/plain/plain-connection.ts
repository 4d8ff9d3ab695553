/**
 * One program on `/ws`: its frames, one after the other, and what they come to. Contract section 7. Who it is and
 * its session are the visitor's (`plain-visitor.ts`); the limits of a socket are `AgentSocket`'s, the same as on
 * `/trpc`. Used by `websocket-server.ts`.
 */
import { AgentError } from '../../core/errors.ts'
import { createRequestContext, type Services } from '../request-context.ts'
import type { RequestContext } from '../trpc/context.ts'
import type { AgentSocket } from '../websocket/agent-socket.ts'
import { type AuthFrame, type RequestFrame, readFrame } from './incoming-frames.ts'
import { perform } from './perform.ts'
import type { Place } from './place.ts'
import { PlainReplies } from './plain-replies.ts'
import { PlainVisitor } from './plain-visitor.ts'

export interface PlainConnection {
  /** Says that this server stops: who comes back is let in by another, or by the next one. */
  announceStop(): void
}

/** Frames that wait for the one before. One that asks is answered before the next is looked at. */
const maxWaiting = 100

/** Once, for a socket that has begun. It ends with its socket. */
export function openPlainConnection(
  services: Services,
  socket: AgentSocket,
  place: Place,
): PlainConnection {
  return new Connection(services, socket, place)
}

class Connection implements PlainConnection {
  readonly #socket: AgentSocket
  readonly #ctx: RequestContext
  readonly #replies: PlainReplies
  readonly #visitor: PlainVisitor
  #work: Promise<void> = Promise.resolve()
  #waiting = 0
  #silence: NodeJS.Timeout | undefined

  constructor(services: Services, socket: AgentSocket, place: Place) {
    this.#socket = socket
    this.#ctx = createRequestContext(services, socket)
    this.#replies = new PlainReplies(services, socket)
    const parts = { services, socket, ctx: this.#ctx, place, replies: this.#replies }
    this.#visitor = new PlainVisitor(parts)
    // What is wrong with its frames is answered by `ws` with a close.
    socket.on('error', () => {})
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary))
    socket.once('close', () => {
      clearTimeout(this.#silence)
      this.#visitor.leave()
    })
    const token = socket.takeBearer()
    if (token !== null) this.#next(() => this.#signIn({ type: 'auth', token }, 'header'))
    else if (this.#visitor.mayBeGuest) {
      const becomeGuest = () => this.#next(() => this.#visitor.becomeGuest('silence'))
      this.#silence = setTimeout(becomeGuest, services.timings.guestAfterMs)
    }
  }

  announceStop(): void {
    this.#replies.refuse(new AgentError('DRAINING', { retryAfterMs: 1000 }))
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#waiting >= maxWaiting) {
      this.#replies.refuse(new AgentError('RATE_LIMITED', { retryAfterMs: 1000 }))
      return
    }
    const incoming = readFrame(data, isBinary)
    switch (incoming.state) {
      case 'auth':
        this.#next(() => this.#signIn(incoming.frame, 'frame'))
        return
      case 'request':
        this.#next(() => this.#answer(incoming.frame))
        return
      case 'refused':
        this.#next(async () => {
          if (!incoming.isAuth) await this.#visitor.becomeGuest('request')
          this.#replies.refuse(incoming.error, incoming.requestId)
          if (incoming.isUnreadable) this.#socket.countBadFrame()
        })
    }
  }

  /** One after the other: what a program sends is done in its order. */
  #next(work: () => Promise<void>): void {
    this.#waiting++
    this.#work = this.#work.then(async () => {
      this.#waiting--
      if (this.#replies.isOpen) await work()
    })
  }

  async #signIn(frame: AuthFrame, from: 'header' | 'frame'): Promise<void> {
    clearTimeout(this.#silence)
    await this.#visitor.signIn(frame, from)
  }

  async #answer(frame: RequestFrame): Promise<void> {
    try {
      const sessionId = await this.#visitor.asks()
      const receipt = await perform(this.#ctx, sessionId, frame)
      this.#replies.acknowledge(receipt, { requestId: frame.id, sessionId })
    } catch (cause) {
      this.#replies.refuse(cause, frame.id)
    }
  }
}
