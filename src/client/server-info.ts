/** What `info` answers, as the router has it. */
import type { inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '../server/trpc/router.ts'

export type ServerInfo = inferRouterOutputs<AppRouter>['info']
