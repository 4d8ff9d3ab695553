'use client'
/**
 * Gives the client, and a React Query cache for lists, to everything below it. Whoever made the
 * client closes it: a provider that leaves and comes back (Strict Mode) changes nothing.
 */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo } from 'react'
import type { AgentClient } from '../client.ts'
import { AgentContext } from './agent-context.ts'

export interface AgentProviderProps {
  client: AgentClient
  /** The app's own, where it has one. */
  queryClient?: QueryClient
  children?: ReactNode
}

export function AgentProvider({ client, queryClient, children }: AgentProviderProps) {
  const queries = useMemo(() => queryClient ?? ownQueryClient(client), [client, queryClient])
  useEffect(() => refetchOnReconnect(client, queries), [client, queries])
  return (
    <AgentContext value={client}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </AgentContext>
  )
}

/** One cache a client: another client is another user. */
function ownQueryClient(_client: AgentClient): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The socket knows better than the browser whether the server can be reached.
      queries: { networkMode: 'always', staleTime: 5_000 },
      mutations: { networkMode: 'always' },
    },
  })
}

/** What was read before the connection went may be out of date when it is back. */
function refetchOnReconnect(client: AgentClient, queries: QueryClient): () => void {
  let wasConnected = client.connection.getSnapshot().state === 'connected'
  let everConnected = wasConnected
  return client.connection.subscribe(() => {
    const isConnected = client.connection.getSnapshot().state === 'connected'
    if (isConnected && !wasConnected && everConnected) void queries.invalidateQueries()
    wasConnected = isConnected
    everConnected ||= isConnected
  })
}
