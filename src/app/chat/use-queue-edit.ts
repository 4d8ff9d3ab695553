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

export interface QueueEdit {
  id: string
  text: string
  /** One has been in another chat meanwhile: the focus is not fetched. */
  isBack: boolean
}

export interface QueueEditing {
  /** The message that is edited; null where none is. */
  editing: QueueEdit | null
  late: readonly LateEdit[]
  begin: (id: string, content: string) => void
  write: (text: string) => void
  save: () => void
  cancel: () => void
  /** The person has taken the text, or wants it no more. */
  forget: (id: string) => void
}

/** Of one session: what one writes there is there when one comes back to it. */
interface Edits {
  editing: (QueueEdit & { before: string }) | null
  late: readonly LateEdit[]
}

const none: Edits = { editing: null, late: [] }

/** The server forgets a hold after five minutes. */
const holdAgainMs = 120_000

export function useQueueEdit(
  handle: SessionHandle | null,
  snapshot: SessionSnapshot,
  connected: boolean,
): QueueEditing {
  const [all, setAll] = useState<ReadonlyMap<string, Edits>>(new Map())
  const sessionId = handle?.sessionId ?? ''
  const { editing, late } = all.get(sessionId) ?? none
  const id = editing?.id ?? null
  const change = useCallback(
    (to: (now: Edits) => Partial<Edits>) =>
      setAll((before) => {
        const now = before.get(sessionId) ?? none
        return new Map(before).set(sessionId, { ...now, ...to(now) })
      }),
    [sessionId],
  )

  const [shownSession, setShownSession] = useState(sessionId)
  if (shownSession !== sessionId) {
    setShownSession(sessionId)
    if (editing) change(() => ({ editing: { ...editing, isBack: true } }))
  }

  // It started, or somebody took it back, before the server held it.
  const isGone =
    editing !== null &&
    snapshot.phase === 'live' &&
    !snapshot.queue.some(({ messageId }) => messageId === id) &&
    !snapshot.outgoing.some((message) => message.id === id)
  const wasSent = snapshot.items.some(({ key }) => key === id)
  if (isGone) {
    const gone = lateEdit(editing.id, editing.text, wasSent)
    change((now) => ({ editing: null, late: [...now.late, gone] }))
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

  const begin = useCallback(
    (messageId: string, content: string) => {
      const begun = { id: messageId, text: content, before: content, isBack: false }
      change(() => ({ editing: begun }))
    },
    [change],
  )
  const write = useCallback(
    (text: string) => change((now) => ({ editing: now.editing && { ...now.editing, text } })),
    [change],
  )
  const cancel = useCallback(() => change(() => ({ editing: null })), [change])
  const forget = useCallback(
    (messageId: string) =>
      change((now) => ({ late: now.late.filter((one) => one.id !== messageId) })),
    [change],
  )
  const save = useCallback(() => {
    if (!handle || !editing) return
    const text = editing.text.trim()
    if (text === '') return
    // The edit is sent here, the release by the end of editing: in this order they arrive.
    if (text !== editing.before) void saveEdit(handle, editing.id, text)
    cancel()

    async function saveEdit(session: SessionHandle, messageId: string, content: string) {
      const outcome = await session.edit(messageId, { content }).catch(() => 'not-found' as const)
      if (outcome === 'ok') return
      const gone = lateEdit(messageId, content, outcome === 'already-started')
      change((now) => ({ late: [...now.late, gone] }))
    }
  }, [handle, editing, cancel, change])

  return useMemo(
    () => ({ editing, late, begin, write, save, cancel, forget }),
    [editing, late, begin, write, save, cancel, forget],
  )
}

function lateEdit(id: string, text: string, wasSent: boolean): LateEdit {
  return { id, text, why: wasSent ? 'sent' : 'withdrawn' }
}
