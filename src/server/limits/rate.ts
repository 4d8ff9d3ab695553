/** So many a minute for each key: queries of a user or an address, guests of an address. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AgentError } from '../../core/errors.ts'

export interface Rate {
  /** Takes one. Throws `AgentError('RATE_LIMITED')`, which says when there will be one again. */
  take(key: string): Promise<void>
}

/** The limiter keeps a key for its minute. Strangers choose the keys, so there is an end to them. */
const defaultMost = 50_000

export function createRate(perMinute: number, { most = defaultMost } = {}): Rate {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })
  /** In the order of their last use. */
  const keys = new Set<string>()
  return {
    async take(key) {
      keys.delete(key)
      keys.add(key)
      const first = keys.size > most ? keys.values().next() : null
      if (first && !first.done) {
        keys.delete(first.value)
        await limiter.delete(first.value)
      }
      try {
        await limiter.consume(key)
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw cause
        throw new AgentError('RATE_LIMITED', { retryAfterMs: Math.max(1, cause.msBeforeNext) })
      }
    },
  }
}
