'use client'
import { useQuery } from '@tanstack/react-query'
import type { ServerInfo } from '../server-info.ts'
import { useAgent } from './agent-context.ts'
import { infoKey, ownQuery } from './query-keys.ts'

/** What the server is: its agent, its models, its limits. Null until it has said so. */
export function useServerInfo(): ServerInfo | null {
  const agent = useAgent()
  const { data } = useQuery({
    ...ownQuery,
    queryKey: infoKey(agent),
    queryFn: () => agent.info(),
    staleTime: 60_000,
  })
  return data ?? null
}
