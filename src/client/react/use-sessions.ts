'use client'
/**
 * The list of sessions, and what one can do with them. Kept up to date: after a change made here, after an event
 * of a session that is watched, when the window is looked at again, and after a reconnect.
 */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { type AgentClientError, toClientError } from '../errors.ts'
import type { Session } from '../index.ts'
import type { Sessions } from '../sessions.ts'
import { useAgent } from './agent-context.ts'
import { listKey, ownQuery } from './query-keys.ts'
import { useRefreshSessions } from './use-refresh-sessions.ts'

export interface UseSessions extends Pick<Sessions, 'create'> {
  /** Latest activity first. */
  sessions: readonly Session[]
  /** Before the first page came. */
  isLoading: boolean
  error: AgentClientError | null
  hasMore: boolean
  isLoadingMore: boolean
  loadMore(): void
  rename(sessionId: string, title: string): Promise<Session>
  remove(sessionId: string): Promise<{ deleted: true }>
}

/** Events come in bursts; the list is read once after them. */
const settleMs = 250
const pageSize = 50

export function useSessions({ search }: { search?: string | undefined } = {}): UseSessions {
  const agent = useAgent()
  const refresh = useRefreshSessions()
  const query = useInfiniteQuery({
    ...ownQuery,
    queryKey: listKey(agent, search),
    queryFn: ({ pageParam, signal }) =>
      agent.sessions.list(
        {
          limit: pageSize,
          ...(search && { search }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // While a search is typed the last result stays.
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: 'always',
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = agent.onSessionChange(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void refresh(), settleMs)
    })
    return () => {
      leave()
      clearTimeout(timer)
    }
  }, [agent, refresh])
  const verbs = useMemo(() => {
    const { sessions } = agent
    const then = async <T>(change: Promise<T>): Promise<T> => {
      const result = await change
      void refresh()
      return result
    }
    return {
      create: (input?: Parameters<Sessions['create']>[0]) => then(sessions.create(input)),
      rename: (sessionId: string, title: string) => then(sessions.update(sessionId, { title })),
      remove: (sessionId: string) => then(sessions.delete(sessionId)),
    }
  }, [agent, refresh])
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, isPending } = query
  const sessions = useMemo(() => unique(data?.pages.flatMap((page) => page.items) ?? []), [data])
  return {
    ...verbs,
    sessions,
    isLoading: isPending,
    error: error ? toClientError(error) : null,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
  }
}

/** A session that became active while pages were read may stand on two of them: the first place counts. */
function unique(sessions: readonly Session[]): readonly Session[] {
  return [...new Map(sessions.toReversed().map((one) => [one.sessionId, one])).values()].reverse()
}
