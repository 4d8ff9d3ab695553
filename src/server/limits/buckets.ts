/**
 * A token bucket for each key: calls of a user, calls and connections of an address. Used by the transports,
 * on their hot paths: nothing here waits, and no key has a timer.
 *
 * Strangers choose the keys (a /64 of IPv6 costs them nothing), so the map is bounded: past `most` the key
 * that was used longest ago is forgotten, and begins with a full bucket should it come back.
 */
import { TokenBucket } from './token-bucket.ts'

export interface BucketLimit {
  /** A second. */
  rate: number
  /** At once. */
  burst: number
}

export interface Buckets {
  /** Takes one: null; or how long until there is one, in milliseconds. */
  take(key: string): number | null
  /** How long until there is one, in milliseconds; null where there is one. Takes none. */
  waitMs(key: string): number | null
  /** Keys that it remembers. */
  readonly size: number
}

const defaultMost = 20_000

export function createBuckets(
  limit: BucketLimit,
  { now, most = defaultMost }: { now: () => number; most?: number },
): Buckets {
  const buckets = new Map<string, TokenBucket>()
  return {
    take(key) {
      const nowMs = now()
      const bucket = buckets.get(key) ?? new TokenBucket(limit.burst, nowMs)
      // Set anew, a key is the last in the order of the map.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > most) forgetFirst(buckets)
      return bucket.take(nowMs, limit) ? null : Math.max(1, bucket.waitMs(limit.rate))
    },
    waitMs(key) {
      const bucket = buckets.get(key)
      return !bucket || bucket.has(now(), limit) ? null : Math.max(1, bucket.waitMs(limit.rate))
    },
    get size() {
      return buckets.size
    },
  }
}

function forgetFirst(buckets: Map<string, TokenBucket>): void {
  const first = buckets.keys().next()
  if (!first.done) buckets.delete(first.value)
}
