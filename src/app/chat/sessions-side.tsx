'use client'
/** Connects the list of sessions to the client. */
import { useDeferredValue, useMemo, useState } from 'react'
import { useConnection, useSessions } from '../../client/react/index.ts'
import { SessionNav } from '../components/session-nav.tsx'
import { focusComposer } from './composer-focus.ts'
import { goTo } from './navigation.ts'
import { showOverlay } from './overlay.ts'
import { useSessionCommands } from './use-session-commands.tsx'

interface SessionsSideProps {
  agentName: string
  current: string | null
  /** Sessions with something new. */
  unread: ReadonlySet<string>
  /** The user has gone somewhere: a drawer closes. */
  onGone: () => void
}

export function SessionsSide({ agentName, current, unread, onGone }: SessionsSideProps) {
  const [search, setSearch] = useState('')
  const list = useSessions({ search: useDeferredValue(search.trim()) || undefined })
  const { hidden, rename, exportAs, remove } = useSessionCommands()
  const sessions = useMemo(
    () => list.sessions.filter(({ sessionId }) => !hidden.has(sessionId)),
    [list.sessions, hidden],
  )
  const open = (sessionId: string | null) => {
    goTo(sessionId)
    onGone()
    focusComposer()
  }
  return (
    <SessionNav
      agentName={agentName}
      sessions={sessions}
      current={current}
      unread={unread}
      search={search}
      isLoading={list.isLoading}
      isOffline={useConnection().state === 'offline'}
      hasMore={list.hasMore}
      onSearch={setSearch}
      onMore={list.loadMore}
      onNew={() => open(null)}
      onOpen={open}
      onRename={rename}
      onExport={exportAs}
      onDelete={(session) => {
        // The way to undo it is in a toast, which a drawer would cover.
        onGone()
        remove(session)
      }}
      onOverlay={(overlay) => {
        onGone()
        showOverlay(overlay)
      }}
    />
  )
}
