'use client'
/**
 * A waiting message is edited in its place. While it is, the server passes it over; when it was too late
 * all the same, what was written is kept and offered. Used by the page's main part.
 */
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { SessionHandle, SessionSnapshot } from '../../client/index.ts'

/** A text that did not become a message, because its message was gone first. */
export interface LateEdit {
  id: string
  text: string
  why: 'sent' | 'withdrawn'
}

export interface QueueEditing {
  /** The message that is edited; null where none is. */
  editing: { id: string; text: string } | null
  late: readonly LateEdit[]
  begin: (id: string, content: string) => void
  write: (text: string) => void
  save: () => void
  cancel: () => void
  /** The person has taken the text, or wants it no more. */
  forget: (id: string) => void
}

interface Editing {
  id: string
  text: string
  before: string
}

/** The server forgets a hold after five minutes. */
const holdAgainMs = 120_000

export function useQueueEdit(
  handle: SessionHandle | null,
  snapshot: SessionSnapshot,
  connected: boolean,
): QueueEditing {
  const [editing, setEditing] = useState<Editing | null>(null)
  const [late, setLate] = useState<readonly LateEdit[]>([])
  const id = editing?.id ?? null

  // Another session has a queue of its own.
  const sessionId = handle?.sessionId
  const [shownSession, setShownSession] = useState(sessionId)
  if (shownSession !== sessionId) {
    setShownSession(sessionId)
    setEditing(null)
    setLate([])
  }

  // It started, or somebody took it back, before the server held it.
  const isGone =
    editing !== null &&
    snapshot.phase === 'live' &&
    !snapshot.queue.some(({ messageId }) => messageId === id) &&
    !snapshot.outgoing.some((message) => message.id === id)
  const wasSent = snapshot.items.some(({ key }) => key === id)
  if (isGone) {
    setEditing(null)
    setLate((all) => [...all, lateEdit(editing.id, editing.text, wasSent)])
  }

  useEffect(() => {
    if (!handle || id === null || !connected) return
    const hold = () => void handle.hold(id).catch(() => {})
    hold()
    const timer = setInterval(hold, holdAgainMs)
    return () => clearInterval(timer)
  }, [handle, id, connected])

  useEffect(() => {
    if (!handle || id === null) return
    const release = () => void handle.release(id).catch(() => {})
    window.addEventListener('pagehide', release)
    return () => {
      window.removeEventListener('pagehide', release)
      release()
    }
  }, [handle, id])

  const begin = useCallback((messageId: string, content: string) => {
    setEditing({ id: messageId, text: content, before: content })
  }, [])
  const write = useCallback((text: string) => {
    setEditing((now) => now && { ...now, text })
  }, [])
  const cancel = useCallback(() => setEditing(null), [])
  const forget = useCallback((messageId: string) => {
    setLate((all) => all.filter((one) => one.id !== messageId))
  }, [])
  const save = useCallback(() => {
    if (!handle || !editing) return
    const text = editing.text.trim()
    if (text === '') return
    // The edit is sent here, the release by the end of editing: in this order they arrive.
    if (text !== editing.before) void saveEdit(handle, editing.id, text)
    setEditing(null)

    async function saveEdit(session: SessionHandle, messageId: string, content: string) {
      const outcome = await session.edit(messageId, { content }).catch(() => 'not-found' as const)
      if (outcome === 'ok') return
      setLate((all) => [...all, lateEdit(messageId, content, outcome === 'already-started')])
    }
  }, [handle, editing])

  return useMemo(
    () => ({ editing, late, begin, write, save, cancel, forget }),
    [editing, late, begin, write, save, cancel, forget],
  )
}

function lateEdit(id: string, text: string, wasSent: boolean): LateEdit {
  return { id, text, why: wasSent ? 'sent' : 'withdrawn' }
}
