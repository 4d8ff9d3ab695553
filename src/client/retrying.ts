/** Repeats what may succeed later: reads, and writes that are harmless twice. Used all over the client. */
import type { Clock } from '../core/ports/clock.ts'
import { toClientError } from './errors.ts'
import { retryDelayMs } from './retry-delay.ts'
import { pause } from './system-clock.ts'

export interface Patience {
  clock: Clock
  random: () => number
  signal: AbortSignal
  /** From the first try on, no further one is begun after this long. */
  limitMs: number
}

/**
 * Runs `attempt` until it succeeds, is refused for good, or patience ends; then throws its error as
 * `AgentClientError`. Throws the signal's reason where that is aborted.
 */
export async function retrying<T>(
  attempt: (signal: AbortSignal, failures: number) => Promise<T>,
  { clock, random, signal, limitMs }: Patience,
): Promise<T> {
  const endsAt = clock.now() + limitMs
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    try {
      return await attempt(signal, failures)
    } catch (cause) {
      signal.throwIfAborted()
      const error = toClientError(cause)
      const delayMs = Math.max(error.retryAfterMs ?? 0, retryDelayMs(failures, random))
      if (!error.retryable || clock.now() + delayMs > endsAt) throw error
      await pause(clock, delayMs, signal)
    }
  }
}
