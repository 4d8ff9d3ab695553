/**
 * Where the hooks keep what they read in React Query's cache, and how. Each client has keys of its own:
 * another client is another user, and an app may give one cache to both.
 */
import type { AgentClient } from '../client.ts'

const clients = new WeakMap<AgentClient, number>()
let count = 0

function numberOf(client: AgentClient): number {
  const known = clients.get(client)
  if (known !== undefined) return known
  clients.set(client, ++count)
  return count
}

/** Of everything that the hooks read of this client. */
export const keyOf = (client: AgentClient) => ['agent-websocket', numberOf(client)] as const
export const infoKey = (client: AgentClient) => [...keyOf(client), 'info'] as const
/** Of every list, whatever is searched for. */
export const listsKey = (client: AgentClient) => [...keyOf(client), 'list'] as const
export const listKey = (client: AgentClient, search: string | undefined) =>
  [...listsKey(client), search ?? ''] as const
export const detailsKey = (client: AgentClient, sessionId: string | null) =>
  [...keyOf(client), 'session', sessionId] as const

/** The socket knows better than the browser whether the server can be reached. */
export const ownQuery = { networkMode: 'always', staleTime: 5_000 } as const
