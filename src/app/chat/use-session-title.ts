'use client'
/** The title of a session: from the list at the side, or asked for where the list does not reach it. */
import { trpc, useSessions } from '../../client/react/index.ts'

/** Null for a new conversation, and until it is known. */
export function useSessionTitle(sessionId: string | null): string | null {
  const { sessions, isLoading } = useSessions()
  const listed = sessions.find((session) => session.sessionId === sessionId)
  const { data } = trpc.session.get.useQuery(
    { sessionId: sessionId ?? '' },
    { enabled: sessionId !== null && !listed && !isLoading, retry: false },
  )
  return listed?.title ?? data?.title ?? null
}
