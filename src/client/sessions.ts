/** The sessions of the caller: `agent.sessions`. */
import type { HistoryPage } from '../core/agent/replies.ts'
import type { Session } from '../core/messages.ts'
import { toClientError } from './errors.ts'
import type { FollowContext } from './follow.ts'
import type { Outbox } from './outbox.ts'
import { retrying } from './retrying.ts'
import type { SessionHandle } from './session-handle.ts'

export interface SessionPage {
  /** Latest activity first. */
  items: Session[]
  /** Where the next page begins; null at the end. */
  nextCursor: string | null
}

/** Ends the wait for an answer: the call rejects with the signal's reason. */
export interface ReadOptions {
  signal?: AbortSignal | undefined
}

/** All reject with `AgentClientError`. Reads give up after 30 s without an answer. */
export interface Sessions {
  /** A new session, ready for use; `created` is what it is like. */
  create(input?: {
    /** A UUID: the same id makes one session, however often it is asked for, over reloads too. */
    id?: string
    title?: string
    model?: string
  }): Promise<SessionHandle & { readonly created: Session }>
  list(
    input?: { limit?: number; cursor?: string; search?: string },
    options?: ReadOptions,
  ): Promise<SessionPage>
  get(sessionId: string, options?: ReadOptions): Promise<Session>
  update(sessionId: string, change: { title?: string; model?: string }): Promise<Session>
  /** Its log is gone, its followers end. */
  delete(sessionId: string): Promise<{ deleted: true }>
  export(
    sessionId: string,
    format: 'markdown' | 'json',
    options?: ReadOptions,
  ): Promise<{ filename: string; content: string }>
  /** The newest messages, or those before one (by its `seq`), and where to follow from. */
  history(
    sessionId: string,
    options?: { before?: number; limit?: number } & ReadOptions,
  ): Promise<HistoryPage>
}

export function createSessions(
  context: FollowContext,
  outbox: Outbox,
  handle: (sessionId: string) => SessionHandle,
): Sessions {
  const { session } = context.trpc
  const patience = { ...context, limitMs: 30_000 }
  const read = <T>(call: (options: { signal: AbortSignal }) => Promise<T>, own?: ReadOptions) => {
    const signal = own?.signal ? AbortSignal.any([context.signal, own.signal]) : context.signal
    return retrying((ended) => call({ signal: ended }), { ...patience, signal })
  }
  return {
    async create(input = {}) {
      const { id = crypto.randomUUID() } = input
      const created = await outbox.add('create', { ...input, id }, id)
      return { ...handle(created.sessionId), created }
    },
    list: (input = {}, options) => read((ended) => session.list.query(input, ended), options),
    get: (sessionId, options) => read((ended) => session.get.query({ sessionId }, ended), options),
    update: (sessionId, change) => handle(sessionId).update(change),
    delete(sessionId) {
      return retrying(async (_, failures) => {
        try {
          return await session.delete.mutate({ sessionId })
        } catch (cause) {
          // A first try whose reply was lost may have done it.
          const gone = toClientError(cause).reason === 'SESSION_NOT_FOUND'
          if (failures > 0 && gone) return { deleted: true }
          throw cause
        }
      }, patience)
    },
    export: (sessionId, format, options) =>
      read((ended) => session.export.query({ sessionId, format }, ended), options),
    history: (sessionId, { signal, ...page } = {}) =>
      read((ended) => session.history.query({ sessionId, ...page }, ended), { signal }),
  }
}
