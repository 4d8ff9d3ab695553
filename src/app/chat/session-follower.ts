/**
 * Follows the latest sessions from where the list has them, so that an answer or a notification in one of
 * them is known at once. Fetched at the first sign of somebody, by `use-unread.ts`.
 */
import type { AgentClient, Session } from '../../client/index.ts'

/** Each takes one of the connection's subscriptions. */
const followed = 8

export interface SessionFollower {
  /** Follows these, the latest first, but the one that is shown: its view tells of itself. */
  follow(sessions: readonly Session[], shown: string | null): void
  close(): void
}

export function createSessionFollower(agent: AgentClient, onNews: () => void): SessionFollower {
  const following = new Map<string, AbortController>()

  async function listen(sessionId: string, lastEventId: string, signal: AbortSignal) {
    try {
      for await (const { type } of agent.session(sessionId).events({ lastEventId, signal })) {
        if (type === 'response' || type === 'error' || type === 'notification') onNews()
      }
    } catch {
      // Deleted, or over a limit: the list says what there is when it is read again.
    }
  }

  return {
    follow(sessions, shown) {
      const wanted = sessions.slice(0, followed).filter(({ sessionId }) => sessionId !== shown)
      for (const [sessionId, controller] of following) {
        if (wanted.some((session) => session.sessionId === sessionId)) continue
        controller.abort()
        following.delete(sessionId)
      }
      for (const { sessionId, lastEventId } of wanted) {
        if (following.has(sessionId)) continue
        const controller = new AbortController()
        following.set(sessionId, controller)
        void listen(sessionId, lastEventId, controller.signal)
      }
    },
    close() {
      for (const controller of following.values()) controller.abort()
      following.clear()
    },
  }
}
