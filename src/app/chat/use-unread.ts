'use client'
/**
 * Which sessions have something new. The latest ones are followed from where the list has them, so that an
 * answer or a notification shows at once; of the others one hears when the list is read again.
 */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Session } from '../../client/index.ts'
import { useAgent, useRefreshSessions } from '../../client/react/index.ts'
import {
  getSeen,
  markSeen,
  meetSessions,
  type Seen,
  subscribeSeen,
  unreadOf,
} from './seen-sessions.ts'
import type { SessionFollower } from './session-follower.ts'
import { useAttended } from './use-attended.ts'

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
  const attended = useAttended()
  const refreshSessions = useRefreshSessions()
  const [follower, setFollower] = useState<SessionFollower | null>(null)
  useEffect(() => {
    if (!attended) return
    let made: SessionFollower | null = null
    let isOver = false
    import('./session-follower.ts')
      .then(({ createSessionFollower }) => {
        if (isOver) return
        made = createSessionFollower(agent, () => void refreshSessions())
        setFollower(made)
      })
      // Unread marks come with the next load of the page.
      .catch(() => {})
    return () => {
      isOver = true
      made?.close()
      setFollower(null)
    }
  }, [agent, attended, refreshSessions])
  useEffect(() => follower?.follow(sessions, shown), [follower, sessions, shown])
}
