'use client'
/**
 * tRPC's own hooks for the router's queries, over the client's socket, for an app that has `@trpc/react-query` in a
 * version that fits. Below `AgentProvider`. Used by the page's palette; not in the package
 * (docs/decisions/045-the-hooks-read-through-the-client.md).
 */
import { useQueryClient } from '@tanstack/react-query'
import { createTRPCReact } from '@trpc/react-query'
import { type ReactNode, useMemo } from 'react'
import type { AppRouter } from '../../server/trpc/router.ts'
import { useAgent } from './agent-context.ts'

export const trpc = createTRPCReact<AppRouter>()

export function AgentTrpcProvider({ children }: { children: ReactNode }) {
  const { link } = useAgent()
  const client = useMemo(() => trpc.createClient({ links: [link] }), [link])
  return (
    <trpc.Provider client={client} queryClient={useQueryClient()}>
      {children}
    </trpc.Provider>
  )
}
