'use client'
/** What a session is like, for whoever shows a title: pages and headers. */
import { skipToken, useQuery } from '@tanstack/react-query'
import type { Session } from '../index.ts'
import { useAgent } from './agent-context.ts'
import { detailsKey, ownQuery } from './query-keys.ts'
import { useSessions } from './use-sessions.ts'

/** From the list of sessions, or asked for where the list does not reach it. Null until it is known. */
export function useSessionDetails(sessionId: string | null): Session | null {
  const agent = useAgent()
  const { sessions, isLoading } = useSessions()
  const listed = sessions.find((session) => session.sessionId === sessionId)
  const isAsked = sessionId !== null && !listed && !isLoading
  const { data } = useQuery({
    ...ownQuery,
    queryKey: detailsKey(agent, sessionId),
    queryFn: isAsked ? ({ signal }) => agent.sessions.get(sessionId, { signal }) : skipToken,
    retry: false,
  })
  return listed ?? data ?? null
}
