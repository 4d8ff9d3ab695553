/**
 * The one session of a program on `/ws`, and its events as they are committed: the one that the program names, or a
 * new one. Used by `plain-visitor.ts`.
 */
import { AgentError } from '../../core/errors.ts'
import type { SessionEvent } from '../../core/events.ts'
import type { RequestContext } from '../trpc/context.ts'
import type { AgentSocket } from '../websocket/agent-socket.ts'
import { followedAt, type Place } from './place.ts'
import type { PlainReplies } from './plain-replies.ts'
import { sendEvents } from './send-events.ts'

interface Parts {
  ctx: RequestContext
  socket: AgentSocket
  place: Place
  replies: PlainReplies
}

/** As the user whom the context names. Throws where there is no such session. */
export async function openTalk(parts: Parts): Promise<PlainTalk> {
  const { agent } = parts.ctx
  const { userId } = parts.ctx.identify()
  const reading = new AbortController()
  const followed = await followedAt(parts.place, { agent, userId })
  const events = await agent.follow(userId, followed, reading.signal)
  return new PlainTalk(parts, { sessionId: followed.sessionId, events, reading })
}

interface Followed {
  sessionId: string
  events: AsyncIterableIterator<SessionEvent>
  reading: AbortController
}

export class PlainTalk {
  readonly sessionId: string
  readonly #parts: Parts
  readonly #followed: Followed

  constructor(parts: Parts, followed: Followed) {
    this.sessionId = followed.sessionId
    this.#parts = parts
    this.#followed = followed
  }

  /** Once. Resolves when the first event was sent, or none will be. */
  begin(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    void this.#read(resolve)
    return promise
  }

  stop(): void {
    this.#followed.reading.abort()
  }

  /** Never rejects. */
  async #read(onFirst: () => void): Promise<void> {
    const { ctx, socket, replies } = this.#parts
    const { events, reading } = this.#followed
    const { signal } = reading
    let leave = () => {}
    try {
      leave = await ctx.enterSubscription()
      await sendEvents(socket, events, { signal, onFirst })
      if (!signal.aborted) throw new AgentError('SESSION_NOT_FOUND')
    } catch (cause) {
      replies.end(cause)
    } finally {
      leave()
      onFirst()
    }
  }
}
