/** What becomes of an entry whose call failed: a pure decision. Used by the outbox. */
import { type AgentClientError, isAuthError } from './errors.ts'
import { isFleeting } from './outbox-entry.ts'
import type { OutboxItem } from './outbox-item.ts'
import { retryDelayMs } from './retry-delay.ts'

/** How long a fleeting command may wait to be sent. */
export const fleetingMs = 15_000
/** An unexpected error of the server may pass, but is not asked for ever. */
const maxInternalTries = 5

export type AfterFailure =
  /** For good. */
  | { step: 'refuse' }
  /** It has become too late for it. */
  | { step: 'drop' }
  | { step: 'rest'; ms: number }

interface Circumstances {
  nowMs: number
  random: () => number
  /** Another connection came since it was sent. */
  isElsewhere: boolean
}

export function afterFailure(
  { entry, tries }: Pick<OutboxItem, 'entry' | 'tries'>,
  error: AgentClientError,
  { nowMs, random, isElsewhere }: Circumstances,
): AfterFailure {
  const mayPass = error.retryable || (error.reason === 'INTERNAL' && tries < maxInternalTries)
  if (!mayPass && !isAuthError(error)) return { step: 'refuse' }
  if (isFleeting(entry) && nowMs - entry.order >= fleetingMs) return { step: 'drop' }
  // A reply that was lost with its connection is asked for as soon as there is a new one. A server that stops is
  // asked no more once there is.
  const isOver = error.reason === 'DRAINING' && isElsewhere
  if (error.reason === 'CONNECTION_LOST' || isOver)
    return { step: 'rest', ms: retryDelayMs(0, random) }
  return { step: 'rest', ms: Math.max(error.retryAfterMs ?? 0, retryDelayMs(tries, random)) }
}
