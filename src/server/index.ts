/** `agent-websocket/server`: the types of the router, for tRPC clients of one's own. Nothing runs. */
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from './trpc/router.ts'

export type { ErrorData, GuestToken, ServerInfo } from './trpc/replies.ts'
export type { AppRouter }
/** What each procedure takes: `RouterInputs['session']['create']`. */
export type RouterInputs = inferRouterInputs<AppRouter>
/** What each procedure answers. */
export type RouterOutputs = inferRouterOutputs<AppRouter>
