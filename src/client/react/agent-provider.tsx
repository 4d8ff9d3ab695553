'use client'
/**
 * Gives the client, and a React Query cache for lists, to everything below it. Whoever made the
 * client closes it: a provider that leaves and comes back (Strict Mode) changes nothing.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo } from 'react'
import type { AgentClient } from '../client.ts'
import { AgentContext } from './agent-context.ts'
import { keyOf } from './query-keys.ts'

export interface AgentProviderProps {
  client: AgentClient
  /** The app's own cache, where it has one. What the hooks keep in it stands under keys of their own. */
  queryClient?: QueryClient
  children?: ReactNode
}

export function AgentProvider({ client, queryClient, children }: AgentProviderProps) {
  const own = useMemo(() => new QueryClient(), [])
  const queries = queryClient ?? own
  useEffect(() => refetchOnReconnect(client, queries), [client, queries])
  return (
    <AgentContext value={client}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </AgentContext>
  )
}

/** What was read before the connection went may be out of date when it is back. */
function refetchOnReconnect(client: AgentClient, queries: QueryClient): () => void {
  let wasConnected = client.connection.getSnapshot().state === 'connected'
  let everConnected = wasConnected
  return client.connection.subscribe(() => {
    const isConnected = client.connection.getSnapshot().state === 'connected'
    if (isConnected && !wasConnected && everConnected) {
      void queries.invalidateQueries({ queryKey: keyOf(client) })
    }
    wasConnected = isConnected
    everConnected ||= isConnected
  })
}
