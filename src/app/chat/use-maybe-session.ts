'use client'
/** A session as it is now, or nothing yet: one hook for both, so that the page is one in both. */
import { useMemo, useSyncExternalStore } from 'react'
import {
  loadingSnapshot,
  type Message,
  type Observable,
  type SessionHandle,
  type SessionSnapshot,
} from '../../client/index.ts'
import { useAgent } from '../../client/react/index.ts'
import { quietSession } from './quiet-session.ts'

export interface MaybeSession {
  handle: SessionHandle | null
  /** Without what the running answer says by now. */
  snapshot: SessionSnapshot
  /** The running answer. */
  live: Observable<Message | null>
}

const nothing = { subscribe: () => () => {}, getSnapshot: () => loadingSnapshot }
const onServer = () => loadingSnapshot

export function useMaybeSession(sessionId: string | null): MaybeSession {
  const agent = useAgent()
  const handle = useMemo(
    () => (sessionId === null ? null : agent.session(sessionId)),
    [agent, sessionId],
  )
  const { quiet, live } = useMemo(() => {
    const view: Observable<SessionSnapshot> = handle?.view() ?? nothing
    const { subscribe } = view
    return {
      quiet: quietSession(view),
      live: { subscribe, getSnapshot: () => view.getSnapshot().running },
    }
  }, [handle])
  const snapshot = useSyncExternalStore(quiet.subscribe, quiet.getSnapshot, onServer)
  return useMemo(() => ({ handle, snapshot, live }), [handle, snapshot, live])
}
