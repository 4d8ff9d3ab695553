'use client'
import { useMemo, useSyncExternalStore } from 'react'
import type { SessionHandle } from '../session-handle.ts'
import { loadingSnapshot, type SessionSnapshot } from '../session-snapshot.ts'
import type { SessionView } from '../session-view.ts'
import { useAgent } from './agent-context.ts'

/** A session as it is now, and what one can do with it. The verbs are the same functions each time. */
export type UseSession = SessionSnapshot &
  Omit<SessionHandle, 'view'> &
  Pick<SessionView, 'loadEarlier' | 'reopen'>

const onServer = () => loadingSnapshot

/**
 * Follows the session while a component that uses it is shown. All components of one session share one
 * view. They are told of changes at most once a frame.
 */
export function useSession(sessionId: string): UseSession {
  const agent = useAgent()
  const { view, verbs } = useMemo(() => {
    const { view: open, ...rest } = agent.session(sessionId)
    const shared = open()
    const { loadEarlier, reopen } = shared
    return { view: shared, verbs: { ...rest, loadEarlier, reopen } }
  }, [agent, sessionId])
  const snapshot = useSyncExternalStore(view.subscribe, view.getSnapshot, onServer)
  return useMemo(() => ({ ...snapshot, ...verbs }), [snapshot, verbs])
}
