'use client'
/** Title and model of a session: from the list at the side, or asked for where the list does not reach it. */
import { useSessionDetails } from '../../client/react/index.ts'

/** Null, and without a model, for a new conversation and until it is known. */
export function useSessionTitle(sessionId: string | null): {
  title: string | null
  model: string | undefined
} {
  const { title = null, model } = useSessionDetails(sessionId) ?? {}
  return { title, model }
}
