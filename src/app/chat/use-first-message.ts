'use client'
/**
 * The first message of a conversation makes its session. Until the server has numbered both, the page
 * shows the message as one on its way; then the address becomes the session's.
 */
import { useCallback, useState } from 'react'
import { AgentClientError, type OutgoingMessage } from '../../client/index.ts'
import { trpc, useAgent } from '../../client/react/index.ts'
import { goTo } from './navigation.ts'

export interface FirstMessage {
  /** Null until the session exists. */
  sessionId: string | null
  message: OutgoingMessage
}

export function useFirstMessage() {
  const agent = useAgent()
  const { invalidate } = trpc.useUtils().session.list
  const [first, setFirst] = useState<FirstMessage | null>(null)

  const sendFirst = useCallback(
    async (content: string) => {
      const id = crypto.randomUUID()
      setFirst({ sessionId: null, message: { id, content, state: 'sending' } })
      try {
        const session = await agent.sessions.create()
        // The list at the side shows the session once it has its title.
        session.send(content, { id }).then(
          () => invalidate(),
          () => {},
        )
        setFirst({ sessionId: session.sessionId, message: { id, content, state: 'sending' } })
        // Who has gone elsewhere meanwhile stays there.
        if (window.location.pathname === '/') goTo(session.sessionId)
      } catch (cause) {
        const message = cause instanceof AgentClientError ? cause.message : 'This was not accepted.'
        setFirst({ sessionId: null, message: { id, content, state: 'refused', message } })
      }
    },
    [agent, invalidate],
  )
  const forgetFirst = useCallback(() => setFirst(null), [])
  return { first, sendFirst, forgetFirst }
}
