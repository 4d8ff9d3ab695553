'use client'
/** Connects the list of sessions to the client. */
import { Suspense, useDeferredValue, useState } from 'react'
import type { Session } from '../../client/index.ts'
import { useSessions } from '../../client/react/index.ts'
import { later } from '../components/later.tsx'
import { SessionNav } from '../components/session-nav.tsx'
import { useText } from '../i18n/use-text.tsx'
import { focusComposer } from './composer-focus.ts'
import { goTo } from './navigation.ts'
import { showToast } from './show-toast.ts'

const DeleteDialog = later(() => import('../components/delete-dialog.tsx'))

interface SessionsSideProps {
  agentName: string
  current: string | null
  /** The user has gone somewhere: a drawer closes. */
  onGone: () => void
}

export function SessionsSide({ agentName, current, onGone }: SessionsSideProps) {
  const text = useText()
  const [search, setSearch] = useState('')
  const [leaving, setLeaving] = useState<Session | null>(null)
  /** It stays, so that it can go as dialogs go. */
  const [asked, setAsked] = useState(false)
  const list = useSessions({ search: useDeferredValue(search.trim()) || undefined })
  const open = (sessionId: string | null) => {
    goTo(sessionId)
    onGone()
    focusComposer()
  }
  const remove = ({ sessionId, title }: Session) => {
    if (sessionId === current) goTo(null)
    // The row that had the focus goes.
    focusComposer()
    list.remove(sessionId).catch(() => showToast('error', text.sessions.notDeleted(title)))
  }
  return (
    <>
      <SessionNav
        agentName={agentName}
        sessions={list.sessions}
        current={current}
        search={search}
        isLoading={list.isLoading}
        hasMore={list.hasMore}
        onSearch={setSearch}
        onMore={list.loadMore}
        onNew={() => open(null)}
        onOpen={open}
        onRename={(sessionId, title) => {
          list.rename(sessionId, title).catch(() => showToast('error', text.sessions.notRenamed))
        }}
        onDelete={(session) => {
          setAsked(true)
          setLeaving(session)
        }}
      />
      {asked && (
        <Suspense>
          <DeleteDialog
            title={leaving?.title ?? null}
            onConfirm={() => leaving && remove(leaving)}
            onClose={() => setLeaving(null)}
          />
        </Suspense>
      )}
    </>
  )
}
