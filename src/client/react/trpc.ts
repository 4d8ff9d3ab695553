/**
 * React Query's hooks for the router's queries, over the client's own socket. Lists and history are
 * read through them; what streams is not (`useSubscription` keeps the last event only).
 */
import { createTRPCReact } from '@trpc/react-query'
import type { AppRouter } from '../../server/trpc/router.ts'

export const trpc = createTRPCReact<AppRouter>()
