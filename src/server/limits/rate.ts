/**
 * So many a minute for each key: queries of a user or an address, guests of an address. On this server, or over all
 * that share a Redis; while that does not answer, each server counts its own alone.
 */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { AgentError } from '../../core/errors.ts'
import type { Client } from '../store/redis/clients.ts'

export interface Rate {
  /** Takes one. Throws `AgentError('RATE_LIMITED')`, which says when there will be one again. */
  take(key: string): Promise<void>
}

/** The limiter keeps a key for its minute. Strangers choose the keys, so there is an end to them. */
const defaultMost = 50_000

interface RateOptions {
  most?: number
  shared?: { client: Client; prefix: string } | null
}

export function createRate(
  perMinute: number,
  { most = defaultMost, shared = null }: RateOptions = {},
): Rate {
  const limit = { points: perMinute, duration: 60 }
  const memory = new RateLimiterMemory(limit)
  if (shared) {
    const limiter = new RateLimiterRedis({
      ...limit,
      storeClient: shared.client,
      keyPrefix: shared.prefix,
      rejectIfRedisNotReady: true,
      insuranceLimiter: memory,
    })
    // Redis forgets a key after its minute.
    return { take: (key) => consume(limiter, key) }
  }
  /** In the order of their last use. */
  const keys = new Set<string>()
  return {
    async take(key) {
      keys.delete(key)
      keys.add(key)
      const first = keys.size > most ? keys.values().next() : null
      if (first && !first.done) {
        keys.delete(first.value)
        await memory.delete(first.value)
      }
      await consume(memory, key)
    },
  }
}

async function consume(limiter: RateLimiterMemory | RateLimiterRedis, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (cause) {
    if (!(cause instanceof RateLimiterRes)) throw cause
    throw new AgentError('RATE_LIMITED', { retryAfterMs: Math.max(1, cause.msBeforeNext) })
  }
}
