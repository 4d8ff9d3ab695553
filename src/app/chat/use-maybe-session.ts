'use client'
/** A session as it is now, or nothing yet: one hook for both, so that the page is one in both. */
import { useMemo, useSyncExternalStore } from 'react'
import { loadingSnapshot, type SessionHandle, type SessionSnapshot } from '../../client/index.ts'
import { useAgent } from '../../client/react/index.ts'

export type MaybeSession =
  | { handle: SessionHandle; snapshot: SessionSnapshot }
  | { handle: null; snapshot: SessionSnapshot }

const nothing = { subscribe: () => () => {}, getSnapshot: () => loadingSnapshot }
const onServer = () => loadingSnapshot

export function useMaybeSession(sessionId: string | null): MaybeSession {
  const agent = useAgent()
  const handle = useMemo(
    () => (sessionId === null ? null : agent.session(sessionId)),
    [agent, sessionId],
  )
  const view = useMemo(() => handle?.view() ?? nothing, [handle])
  const snapshot = useSyncExternalStore(view.subscribe, view.getSnapshot, onServer)
  return useMemo(() => ({ handle, snapshot }), [handle, snapshot])
}
