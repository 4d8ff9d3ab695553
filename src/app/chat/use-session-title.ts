'use client'
/** Title and model of a session: from the list at the side, or asked for where the list does not reach it. */
import { trpc, useSessions } from '../../client/react/index.ts'

/** Null, and without a model, for a new conversation and until it is known. */
export function useSessionTitle(sessionId: string | null): {
  title: string | null
  model: string | undefined
} {
  const { sessions, isLoading } = useSessions()
  const listed = sessions.find((session) => session.sessionId === sessionId)
  const { data } = trpc.session.get.useQuery(
    { sessionId: sessionId ?? '' },
    { enabled: sessionId !== null && !listed && !isLoading, retry: false },
  )
  const { title = null, model } = listed ?? data ?? {}
  return { title, model }
}
