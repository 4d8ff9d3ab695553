'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useAgent } from './agent-context.ts'
import { listsKey } from './query-keys.ts'

/** Reads the lists of sessions again, for who knows of a change that they cannot. The same function each time. */
export function useRefreshSessions(): () => Promise<void> {
  const agent = useAgent()
  const cache = useQueryClient()
  return useCallback(() => cache.invalidateQueries({ queryKey: listsKey(agent) }), [agent, cache])
}
