'use client'
/**
 * The first message of a conversation makes its session. Until the server has numbered both, the page
 * shows the message as one on its way; then the address becomes the session's. A reload in between
 * takes up what was not sent.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { AgentClientError, type OutgoingMessage } from '../../client/index.ts'
import { useAgent, useRefreshSessions } from '../../client/react/index.ts'
import {
  isKept,
  isReload,
  type KeptFirst,
  keepAddress,
  keepFirst,
  keptAddress,
  leftFirsts,
  releaseAddress,
  releaseFirst,
} from './kept-first-message.ts'
import { currentSession, goTo } from './navigation.ts'
import { moveDraft } from './use-draft.ts'

export interface FirstMessage {
  /** Null until the session exists. */
  sessionId: string | null
  message: OutgoingMessage
}

/** By then the browser knows the address that the page gave itself, and begins there after a reload. */
const addressKnownMs = 1000

/** `current` is the session that is shown; `first` is null where it is not that one's. */
export function useFirstMessage(current: string | null) {
  const agent = useAgent()
  const refreshSessions = useRefreshSessions()
  const [first, setFirst] = useState<FirstMessage | null>(null)
  const discarded = useRef(new Set<string>())

  /** Sends it; `own` where this tab shows it. Another tab may do the same: the ids make it one. */
  const deliver = useCallback(
    async ({ id, createId, content, model }: KeptFirst, own: boolean) => {
      const show = (sessionId: string | null, message: OutgoingMessage) => {
        if (own) setFirst({ sessionId, message })
      }
      const message: OutgoingMessage = { id, content, state: 'sending' }
      show(null, message)
      try {
        const session = await agent.sessions.create({ id: createId, ...(model && { model }) })
        if (discarded.current.has(id)) {
          await agent.sessions.delete(session.sessionId)
          return
        }
        if (!own && !isKept(id)) return
        // The list at the side shows the session once it has its title.
        session.send(content, { id }).then(
          () => refreshSessions(),
          () => {},
        )
        releaseFirst(id)
        // One picture: the message is in its session, the address says so, and what is written next goes along.
        flushSync(() => {
          show(session.sessionId, message)
          // Who has gone elsewhere meanwhile stays there.
          if (!own || currentSession() !== null) return
          moveDraft('new', session.sessionId)
          keepAddress(session.sessionId)
          goTo(session.sessionId)
        })
      } catch (cause) {
        if (discarded.current.has(id)) return
        const why =
          cause instanceof AgentClientError ? { reason: cause.reason, message: cause.message } : {}
        show(null, { id, content, state: 'refused', ...why })
      }
    },
    [agent, refreshSessions],
  )

  useEffect(() => {
    const address = keptAddress()
    if (address !== null && currentSession() === null) {
      if (isReload()) goTo(address)
      else releaseAddress()
    }
    const { own, others } = leftFirsts()
    if (own) void deliver(own, true)
    for (const other of others) void deliver(other, false)
  }, [deliver])

  useEffect(() => {
    if (current === null || keptAddress() === null) return
    const timer = setTimeout(releaseAddress, addressKnownMs)
    return () => {
      clearTimeout(timer)
      releaseAddress()
    }
  }, [current])

  const sendFirst = useCallback(
    (content: string, model?: string) => {
      const ids = { id: crypto.randomUUID(), createId: crypto.randomUUID() }
      const kept = { ...ids, content, ...(model && { model }) }
      keepFirst(kept)
      void deliver(kept, true)
    },
    [deliver],
  )

  const id = first?.message.id
  const forgetFirst = useCallback(() => {
    if (id !== undefined) {
      discarded.current.add(id)
      releaseFirst(id)
    }
    setFirst(null)
  }, [id])
  return { first: first?.sessionId === current ? first : null, sendFirst, forgetFirst }
}
