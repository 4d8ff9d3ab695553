/**
 * Who a program on `/ws` is, and the session that it talks in as that. Used by `plain-connection.ts`.
 *
 * A program may name itself in its first frame, and that is not there yet when the socket opens. So who has
 * said nothing for a moment, and who asks for something without a token, is a new guest; and a guest that was made
 * too early gives way (docs/decisions/040-a-silent-socket-becomes-a-guest.md).
 */
import { AgentError } from '../../core/errors.ts'
import type { Services } from '../request-context.ts'
import type { GuestToken, Identity, RequestContext } from '../trpc/context.ts'
import type { AgentSocket } from '../websocket/agent-socket.ts'
import type { AuthFrame } from './incoming-frames.ts'
import type { Place } from './place.ts'
import type { PlainReplies, Told } from './plain-replies.ts'
import { openTalk, type PlainTalk } from './plain-talk.ts'

interface Parts {
  services: Services
  socket: AgentSocket
  ctx: RequestContext
  place: Place
  replies: PlainReplies
}

type State =
  | { is: 'nobody' }
  /** `madeFor`: a guest that was made here, who has asked for nothing so far. */
  | { is: 'talking'; talk: PlainTalk; madeFor: 'silence' | null }

export class PlainVisitor {
  readonly #parts: Parts
  #state: State = { is: 'nobody' }

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Whether it may be a guest, should it ask for something: it has named nobody, and no session of somebody. */
  get mayBeGuest(): boolean {
    const { socket, services, place } = this.#parts
    const { standing } = socket
    const isUnnamed = standing.state === 'unknown' && standing.reason === 'NO_TOKEN'
    const asksNothing = place.sessionId === null && place.lastEventId === null
    return this.#state.is === 'nobody' && isUnnamed && asksNothing && services.guests !== null
  }

  /** The session for something that is asked, as a guest where it may be one. Throws where it is nobody. */
  async asks(): Promise<string> {
    await this.becomeGuest('request')
    const state = this.#state
    if (state.is === 'nobody') {
      const { standing } = this.#parts.socket
      throw new AgentError(standing.state === 'unknown' ? standing.reason : 'NO_TOKEN')
    }
    state.madeFor = null
    return state.talk.sessionId
  }

  async signIn(frame: AuthFrame, from: 'header' | 'frame'): Promise<void> {
    const { services, socket, replies } = this.#parts
    try {
      const guest = frame.identity === undefined ? null : await this.#guest(frame.identity)
      const token = guest?.token ?? frame.token ?? ''
      const identity = await services.authenticator.authenticateUser(token)
      await this.#giveWay(identity)
      await socket.become(identity)
      if (!replies.isOpen) return
      const tell = from === 'frame' ? { guest } : null
      if (this.#state.is === 'nobody') await this.#talk(identity, { tell, madeFor: null })
      else if (tell) replies.tellWho(identity, this.#state.talk.sessionId, tell)
    } catch (cause) {
      if (this.#state.is === 'nobody') {
        const reason = cause instanceof AgentError ? cause.reason : 'BAD_TOKEN'
        const isKept = reason === 'TOKEN_EXPIRED' || reason === 'AUTH_UNAVAILABLE'
        socket.standing = { state: 'unknown', reason: isKept ? reason : 'BAD_TOKEN' }
      }
      replies.refuse(cause)
    }
  }

  /** Where it may be one. */
  async becomeGuest(because: 'silence' | 'request'): Promise<void> {
    if (!this.mayBeGuest) return
    const { services, socket, replies } = this.#parts
    try {
      const guest = await this.#guest(undefined)
      const identity = await services.authenticator.authenticateUser(guest.token)
      await socket.become(identity)
      const madeFor = because === 'silence' ? because : null
      if (replies.isOpen) await this.#talk(identity, { tell: { guest }, madeFor })
    } catch (cause) {
      replies.end(cause)
    }
  }

  /** Its socket is closed. */
  leave(): void {
    if (this.#state.is === 'talking') this.#state.talk.stop()
  }

  #guest(identity: string | undefined): Promise<GuestToken> {
    const { ctx } = this.#parts
    if (!ctx.issueGuest) throw new AgentError('BAD_TOKEN', { message: 'Guests are not let in.' })
    return ctx.issueGuest(identity)
  }

  /** A guest that was made for silence, and is somebody else: it goes, with its session in which nothing was said. */
  async #giveWay({ userId }: Identity): Promise<void> {
    const { services, socket, ctx } = this.#parts
    const state = this.#state
    const { standing } = socket
    if (state.is !== 'talking' || state.madeFor === null || standing.state !== 'known') return
    const guestId = standing.identity.userId
    if (guestId === userId) return
    state.talk.stop()
    this.#state = { is: 'nobody' }
    socket.resign()
    try {
      await ctx.agent.deleteSession(guestId, { sessionId: state.talk.sessionId })
    } catch (cause) {
      // It stays, empty, until nobody has touched it for long.
      services.log.warn({ err: cause }, 'the session of a guest that gave way is left')
    }
  }

  /**
   * Follows its session, a new one where it names none. Resolves when the first event of a log that is
   * read from its beginning was sent: the welcome comes first.
   */
  async #talk(
    identity: Identity,
    { tell, madeFor }: { tell: Told | null; madeFor: 'silence' | null },
  ): Promise<void> {
    const { place, replies } = this.#parts
    try {
      const talk = await openTalk(this.#parts)
      this.#state = { is: 'talking', talk, madeFor }
      // It may have closed meanwhile, when there was nothing to stop.
      if (!replies.isOpen) talk.stop()
      const isResumed = place.lastEventId !== null
      if (isResumed && tell) replies.tellWho(identity, talk.sessionId, tell)
      const first = talk.begin()
      if (isResumed) return
      await first
      if (tell && this.#state.is === 'talking') replies.tellWho(identity, talk.sessionId, tell)
    } catch (cause) {
      replies.end(cause)
    }
  }
}
