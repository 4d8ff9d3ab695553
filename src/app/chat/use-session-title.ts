'use client'
/** The title of a session: from the list at the side, or asked for where the list does not reach it. */
import { useSessionDetails } from '../../client/react/index.ts'

/** Null for a new conversation, and until it is known. */
export function useSessionTitle(sessionId: string | null): string | null {
  return useSessionDetails(sessionId)?.title ?? null
}
