'use client'
/**
 * Which model answers in a session, and choosing another one. Shown as chosen at once, until the list of
 * sessions says the same; a new conversation keeps the choice until it is a session.
 */
import { useCallback, useState } from 'react'
import { AgentClientError, type SessionHandle } from '../../client/index.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
import { showToast } from './show-toast.ts'

interface Choice {
  sessionId: string | null
  model: string
}

/** `known` is the session's model as the server has it; absent for a new conversation. */
export function useSessionModel(
  handle: SessionHandle | null,
  known: string | undefined,
): { chosen: string | undefined; choose: (model: string) => void } {
  const text = useText()
  const [choice, setChoice] = useState<Choice | null>(null)
  const sessionId = handle?.sessionId ?? null
  // The server says the same, or one is elsewhere: there is nothing more to remember.
  const isOver = choice !== null && (choice.sessionId !== sessionId || choice.model === known)
  if (isOver) setChoice(null)
  const choose = useCallback(
    (model: string) => {
      setChoice({ sessionId, model })
      handle?.command('model', { model }).catch((cause: unknown) => {
        setChoice(null)
        const said = cause instanceof AgentClientError ? sayError(text, cause) : undefined
        showToast('error', said ?? text.models.notChanged)
      })
    },
    [handle, sessionId, text],
  )
  return { chosen: choice && !isOver ? choice.model : known, choose }
}
