'use client'
/**
 * Which sessions have something new. The latest ones are followed from where the list has them, so that an
 * answer or a notification shows at once; of the others one hears when the list is read again.
 */
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { trpc, useAgent } from '../../client/react/index.ts'
import type { Session } from '../../core/messages.ts'
import {
  getSeen,
  markSeen,
  meetSessions,
  type Seen,
  subscribeSeen,
  unreadOf,
} from './seen-sessions.ts'

/** Each takes one of the connection's subscriptions. */
const followed = 8
const nothingSeen: Seen = {}

export function useUnread(sessions: readonly Session[], shown: string | null): ReadonlySet<string> {
  useFollowed(sessions, shown)
  const seen = useSyncExternalStore(subscribeSeen, getSeen, () => nothingSeen)
  useEffect(() => {
    const look = () => {
      meetSessions(sessions)
      const current = sessions.find(({ sessionId }) => sessionId === shown)
      if (current && document.visibilityState === 'visible') markSeen(current)
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [sessions, shown])
  const agent = useAgent()
  useEffect(
    // Sooner than the list knows: one may be elsewhere by then.
    () =>
      agent.onSessionChange(({ sessionId, timestamp }) => {
        const isSeen = sessionId === shown && document.visibilityState === 'visible'
        if (isSeen) markSeen({ sessionId, lastActivity: timestamp })
      }),
    [agent, shown],
  )
  return useMemo(() => unreadOf(sessions, seen, shown), [sessions, seen, shown])
}

/** Reads the list again when something happens in one of the latest sessions. */
function useFollowed(sessions: readonly Session[], shown: string | null): void {
  const agent = useAgent()
  const { invalidate } = trpc.useUtils().session.list
  const following = useRef(new Map<string, AbortController>())
  useEffect(() => {
    const now = following.current
    // The one that is shown has a view, which tells of itself.
    const wanted = sessions.slice(0, followed).filter(({ sessionId }) => sessionId !== shown)
    for (const [sessionId, controller] of now) {
      if (wanted.some((session) => session.sessionId === sessionId)) continue
      controller.abort()
      now.delete(sessionId)
    }
    for (const { sessionId, lastEventId } of wanted) {
      if (now.has(sessionId)) continue
      const controller = new AbortController()
      now.set(sessionId, controller)
      const { signal } = controller
      void follow(agent.session(sessionId).events({ lastEventId, signal }), () => invalidate())
    }
  }, [agent, sessions, shown, invalidate])
  useEffect(() => {
    const now = following.current
    return () => {
      for (const controller of now.values()) controller.abort()
      now.clear()
    }
  }, [])
}

type Events = ReturnType<ReturnType<ReturnType<typeof useAgent>['session']>['events']>

async function follow(events: Events, onNews: () => void): Promise<void> {
  try {
    for await (const { type } of events) {
      if (type === 'response' || type === 'error' || type === 'notification') onNews()
    }
  } catch {
    // Deleted, or over a limit: the list says what there is when it is read again.
  }
}
