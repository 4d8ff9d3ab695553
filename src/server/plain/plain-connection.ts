/**
 * One program on `/ws`: who it is, its one session, its frames one after the other, and the session's events
 * as they are committed. Contract section 7. The limits of a socket are `AgentSocket`'s, the same as on `/trpc`.
 * Used by `websocket-server.ts`.
 *
 * A program may name itself in its first frame, and that is not there yet when the socket opens. So who has
 * said nothing for a moment, and who asks for something without a token, is a new guest; and a guest that was made
 * too early gives way (docs/decisions/040-a-silent-socket-becomes-a-guest.md).
 */
import { randomUUID } from 'node:crypto'
import { AgentError } from '../../core/errors.ts'
import type { SessionEvent } from '../../core/events.ts'
import { createRequestContext, type Services } from '../request-context.ts'
import type { GuestToken, Identity, RequestContext } from '../trpc/context.ts'
import type { AgentSocket } from '../websocket/agent-socket.ts'
import { type AuthFrame, type RequestFrame, readFrame } from './incoming-frames.ts'
import {
  ack,
  authReply,
  closeCodeOf,
  internalError,
  type Refusal,
  refusalOf,
} from './outgoing-frames.ts'
import { perform } from './perform.ts'
import { followedAt, type Place } from './place.ts'
import { sendEvents } from './send-events.ts'

export interface PlainConnection {
  /** Says that this server stops: who comes back is let in by another, or by the next one. */
  announceStop(): void
}

type State =
  | { is: 'nobody' }
  /** `madeFor`: a guest that was made here, who has asked for nothing so far. */
  | { is: 'talking'; sessionId: string; reading: AbortController; madeFor: 'silence' | null }

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
  readonly #services: Services
  readonly #socket: AgentSocket
  readonly #ctx: RequestContext
  readonly #place: Place
  #state: State = { is: 'nobody' }
  #work: Promise<void> = Promise.resolve()
  #waiting = 0
  #silence: NodeJS.Timeout | undefined

  constructor(services: Services, socket: AgentSocket, place: Place) {
    this.#services = services
    this.#socket = socket
    this.#place = place
    this.#ctx = createRequestContext(services, socket)
    // What is wrong with its frames is answered by `ws` with a close.
    socket.on('error', () => {})
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary))
    socket.once('close', () => {
      clearTimeout(this.#silence)
      if (this.#state.is === 'talking') this.#state.reading.abort()
    })
    const token = socket.takeBearer()
    if (token !== null) this.#next(() => this.#signIn({ type: 'auth', token }, 'header'))
    else if (this.#mayBeGuest()) {
      const becomeGuest = () => this.#next(() => this.#becomeGuest('silence'))
      this.#silence = setTimeout(becomeGuest, services.timings.guestAfterMs)
    }
  }

  announceStop(): void {
    this.#refuse(new AgentError('DRAINING', { retryAfterMs: 1000 }))
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#waiting >= maxWaiting) {
      this.#refuse(new AgentError('RATE_LIMITED', { retryAfterMs: 1000 }))
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
          if (!incoming.isAuth && this.#mayBeGuest()) await this.#becomeGuest('request')
          this.#refuse(incoming.error, incoming.requestId)
          if (incoming.isUnreadable) this.#socket.countBadFrame()
        })
    }
  }

  /** One after the other: what a program sends is done in its order. */
  #next(work: () => Promise<void>): void {
    this.#waiting++
    this.#work = this.#work.then(async () => {
      this.#waiting--
      if (this.#isOpen) await work()
    })
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  async #answer(frame: RequestFrame): Promise<void> {
    try {
      if (this.#mayBeGuest()) await this.#becomeGuest('request')
      const state = this.#state
      if (state.is === 'nobody') {
        const { standing } = this.#socket
        throw new AgentError(standing.state === 'unknown' ? standing.reason : 'NO_TOKEN')
      }
      state.madeFor = null
      const receipt = await perform(this.#ctx, state.sessionId, frame)
      const place = { requestId: frame.id, sessionId: state.sessionId }
      this.#send(ack(receipt, { ...place, nowMs: this.#services.now() }))
    } catch (cause) {
      this.#refuse(cause, frame.id)
    }
  }

  async #signIn(frame: AuthFrame, from: 'header' | 'frame'): Promise<void> {
    clearTimeout(this.#silence)
    try {
      const guest = frame.identity === undefined ? null : await this.#guest(frame.identity)
      const token = guest?.token ?? frame.token ?? ''
      const identity = await this.#services.authenticator.authenticateUser(token)
      await this.#giveWay(identity)
      await this.#socket.become(identity)
      if (!this.#isOpen) return
      const tell = from === 'frame' ? { guest } : null
      if (this.#state.is === 'nobody') await this.#talk(identity, { tell, madeFor: null })
      else if (tell) this.#tellWho(identity, tell)
    } catch (cause) {
      if (this.#state.is === 'nobody') {
        const reason = cause instanceof AgentError ? cause.reason : 'BAD_TOKEN'
        const isKept = reason === 'TOKEN_EXPIRED' || reason === 'AUTH_UNAVAILABLE'
        this.#socket.standing = { state: 'unknown', reason: isKept ? reason : 'BAD_TOKEN' }
      }
      this.#refuse(cause)
    }
  }

  /** Whether it may be a guest, should it ask for something: it has named nobody, and no session of somebody. */
  #mayBeGuest(): boolean {
    const { standing } = this.#socket
    const isUnnamed = standing.state === 'unknown' && standing.reason === 'NO_TOKEN'
    const { sessionId, lastEventId } = this.#place
    const asksNothing = sessionId === null && lastEventId === null
    return this.#state.is === 'nobody' && isUnnamed && asksNothing && this.#services.guests !== null
  }

  async #becomeGuest(because: 'silence' | 'request'): Promise<void> {
    clearTimeout(this.#silence)
    if (!this.#mayBeGuest()) return
    try {
      const guest = await this.#guest(undefined)
      const identity = await this.#services.authenticator.authenticateUser(guest.token)
      await this.#socket.become(identity)
      const madeFor = because === 'silence' ? because : null
      if (this.#isOpen) await this.#talk(identity, { tell: { guest }, madeFor })
    } catch (cause) {
      this.#end(cause)
    }
  }

  #guest(identity: string | undefined): Promise<GuestToken> {
    if (!this.#ctx.issueGuest) {
      throw new AgentError('BAD_TOKEN', { message: 'Guests are not let in.' })
    }
    return this.#ctx.issueGuest(identity)
  }

  /** A guest that was made for silence, and is somebody else: it goes, with its session in which nothing was said. */
  async #giveWay({ userId }: Identity): Promise<void> {
    const state = this.#state
    const { standing } = this.#socket
    if (state.is !== 'talking' || state.madeFor === null || standing.state !== 'known') return
    const guestId = standing.identity.userId
    if (guestId === userId) return
    state.reading.abort()
    this.#state = { is: 'nobody' }
    this.#socket.resign()
    try {
      await this.#ctx.agent.deleteSession(guestId, { sessionId: state.sessionId })
    } catch (cause) {
      // It stays, empty, until nobody has touched it for long.
      this.#services.log.warn({ err: cause }, 'the session of a guest that gave way is left')
    }
  }

  /**
   * Follows its session, a new one where it names none. Resolves when the first event of a log that is
   * read from its beginning was sent: the welcome comes first.
   */
  async #talk(
    identity: Identity,
    options: { tell: { guest: GuestToken | null } | null; madeFor: 'silence' | null },
  ): Promise<void> {
    const reading = new AbortController()
    try {
      const { agent } = this.#ctx
      const { userId } = this.#ctx.identify()
      const followed = await followedAt(this.#place, { agent, userId })
      const events = await agent.follow(userId, followed, reading.signal)
      const { sessionId } = followed
      this.#state = { is: 'talking', sessionId, reading, madeFor: options.madeFor }
      // It may have closed meanwhile, when there was nothing to stop.
      if (!this.#isOpen) reading.abort()
      const { tell } = options
      const isResumed = this.#place.lastEventId !== null
      if (isResumed && tell) this.#tellWho(identity, tell)
      const first = Promise.withResolvers<void>()
      void this.#read(events, { signal: reading.signal, onFirst: first.resolve })
      if (isResumed) return
      await first.promise
      if (tell) this.#tellWho(identity, tell)
    } catch (cause) {
      reading.abort()
      this.#end(cause)
    }
  }

  /** Never rejects. */
  async #read(
    events: AsyncIterableIterator<SessionEvent>,
    { signal, onFirst }: { signal: AbortSignal; onFirst: () => void },
  ): Promise<void> {
    let leave = () => {}
    try {
      leave = await this.#ctx.enterSubscription()
      await sendEvents(this.#socket, events, { signal, onFirst })
      if (!signal.aborted) throw new AgentError('SESSION_NOT_FOUND')
    } catch (cause) {
      this.#end(cause)
    } finally {
      leave()
      onFirst()
    }
  }

  #tellWho({ userId, expiresAtMs }: Identity, { guest }: { guest: GuestToken | null }): void {
    if (this.#state.is !== 'talking') return
    const { sessionId } = this.#state
    const kept = guest && { token: guest.token, identity: guest.identity }
    const nowMs = this.#services.now()
    this.#send(authReply({ userId, sessionId, ...kept }, { expiresAtMs, nowMs }))
  }

  #refuse(cause: unknown, requestId?: string): void {
    const refusal = this.#refusal(cause)
    this.#send(requestId === undefined ? refusal : { ...refusal, requestId })
  }

  /** There is no session to talk in: says why, and closes. */
  #end(cause: unknown): void {
    if (!this.#isOpen) return
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
