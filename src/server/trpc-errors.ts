/** Counts what was refused, and puts unexpected errors into the log, under the id that the caller was given. */
import type { TRPCError } from '@trpc/server'
import { AgentError } from '../core/errors.ts'
import type { Logger } from '../core/ports/log.ts'
import type { Metrics } from './http/metrics.ts'
import { correlationIdOf } from './trpc/init.ts'

/**
 * tRPC's `onError`. Without a path it is no call: a broken frame or a lost connection, which is the
 * peer's matter and counted by close code.
 */
export function reportError(
  { log, metrics }: { log: Logger; metrics: Pick<Metrics, 'refusedCalls'> },
  { error, path, type }: { error: TRPCError; path: string | undefined; type: string },
): void {
  const isExpected = error.cause instanceof AgentError
  metrics.refusedCalls.inc({ reason: isExpected ? error.cause.reason : error.code })
  if (error.code !== 'INTERNAL_SERVER_ERROR' || path === undefined) return
  if (isExpected || error.cause?.name === 'AbortError') return
  log.error({ correlationId: correlationIdOf(error), path, type, err: error }, 'a call failed')
}
