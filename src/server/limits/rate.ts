/** So many a minute for each key: queries of a user, guests of an address. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AgentError } from '../../core/errors.ts'

export interface Rate {
  /** Takes one. Throws `AgentError('RATE_LIMITED')`, which says when there will be one again. */
  take(key: string): Promise<void>
}

export function createRate(perMinute: number): Rate {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw cause
        throw new AgentError('RATE_LIMITED', { retryAfterMs: Math.max(1, cause.msBeforeNext) })
      }
    },
  }
}
