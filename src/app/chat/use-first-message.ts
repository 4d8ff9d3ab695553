'use client'
/**
 * The first message of a conversation makes its session. Until the server has numbered both, the page
 * shows the message as one on its way; then the address becomes the session's.
 */
import { useCallback, useEffect, useState } from 'react'
import { AgentClientError, type OutgoingMessage } from '../../client/index.ts'
import { trpc, useAgent } from '../../client/react/index.ts'
import { goTo } from './navigation.ts'

export interface FirstMessage {
  /** Null until the session exists. */
  sessionId: string | null
  /** The session exists, and the address does not say so yet. */
  moving: boolean
  message: OutgoingMessage
}

/** `current` is the session that is shown; `first` is null where it is not that one's. */
export function useFirstMessage(current: string | null) {
  const agent = useAgent()
  const { invalidate } = trpc.useUtils().session.list
  const [first, setFirst] = useState<FirstMessage | null>(null)

  const sendFirst = useCallback(
    async (content: string) => {
      const id = crypto.randomUUID()
      const message: OutgoingMessage = { id, content, state: 'sending' }
      setFirst({ sessionId: null, moving: false, message })
      try {
        const session = await agent.sessions.create()
        // The list at the side shows the session once it has its title.
        session.send(content, { id }).then(
          () => invalidate(),
          () => {},
        )
        // Who has gone elsewhere meanwhile stays there.
        const moving = window.location.pathname === '/'
        setFirst({ sessionId: session.sessionId, moving, message })
        if (moving) goTo(session.sessionId)
      } catch (cause) {
        const reason = cause instanceof AgentClientError ? cause.message : 'This was not accepted.'
        const refused: OutgoingMessage = { id, content, state: 'refused', message: reason }
        setFirst({ sessionId: null, moving: false, message: refused })
      }
    },
    [agent, invalidate],
  )

  useEffect(() => {
    if (current !== null) setFirst((now) => (now?.moving ? { ...now, moving: false } : now))
  }, [current])

  const forgetFirst = useCallback(() => setFirst(null), [])
  const shown = first && (first.sessionId === current || (first.moving && current === null))
  return { first: shown ? first : null, sendFirst, forgetFirst }
}
