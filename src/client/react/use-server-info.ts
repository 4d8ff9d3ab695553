'use client'
import type { ServerInfo } from '../server-info.ts'
import { trpc } from './trpc.ts'

/** What the server is: its agent, its models, its limits. Null until it has said so. */
export function useServerInfo(): ServerInfo | null {
  const { data } = trpc.info.useQuery(undefined, { staleTime: 60_000 })
  return data ?? null
}
