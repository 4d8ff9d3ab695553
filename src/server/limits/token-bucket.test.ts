/** The bucket, by a clock that the test sets. */
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

const limit = { rate: 10, burst: 3 }

test('it gives what is in it, then as much as the time fills in', () => {
  const bucket = new TokenBucket(3, 1000)
  const taken = [1000, 1000, 1000, 1000, 1100, 1100].map((nowMs) => bucket.take(nowMs, limit))
  expect(taken).toEqual([true, true, true, false, true, false])
  expect(bucket.waitMs(limit.rate)).toBe(100)
})

test('a clock that is put back costs nobody a token', () => {
  const bucket = new TokenBucket(3, 3_600_000)
  expect(bucket.take(3_600_000, limit)).toBe(true)
  expect(bucket.take(0, limit)).toBe(true)
  expect(bucket.take(0, limit)).toBe(true)
  expect(bucket.take(0, limit)).toBe(false)
  expect(bucket.waitMs(limit.rate)).toBe(100)
  expect(bucket.take(100, limit)).toBe(true)
})
