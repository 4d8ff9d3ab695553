/** Rates by key: what they let through, when there is room again, and that strangers cannot fill them. */
import { describe, expect, test } from 'vitest'
import { createBuckets } from './buckets.ts'
import { createRate } from './rate.ts'

describe('buckets', () => {
  test('a key gets its burst, then its rate, and hears when', () => {
    let nowMs = 0
    const buckets = createBuckets({ rate: 10, burst: 3 }, { now: () => nowMs })
    const take = () => buckets.take('a')
    expect([take(), take(), take(), take()]).toEqual([null, null, null, 100])
    expect(buckets.take('b')).toBeNull()
    nowMs += 50
    expect(take()).toBeGreaterThan(40)
    nowMs += 51
    expect(take()).toBeNull()
  })

  test('a clock that is set back takes nothing away', () => {
    let nowMs = 10_000
    const buckets = createBuckets({ rate: 1, burst: 2 }, { now: () => nowMs })
    expect(buckets.take('a')).toBeNull()
    nowMs = 0
    expect(buckets.take('a')).toBeNull()
    nowMs = 1000
    expect(buckets.take('a')).toBeNull()
  })

  test('L9: past the most keys the one that was used longest ago is forgotten', () => {
    const buckets = createBuckets({ rate: 0.001, burst: 1 }, { now: () => 0, most: 3 })
    for (const key of ['a', 'b', 'c', 'a']) buckets.take(key)
    buckets.take('d')
    expect(buckets.take('a')).not.toBeNull()
    expect(buckets.take('b')).toBeNull()
    for (let i = 0; i < 100; i++) buckets.take(`stranger ${i}`)
    expect(buckets.size).toBe(3)
  })
})

describe('a rate', () => {
  test('refuses with the time until there is room', async () => {
    const rate = createRate(2)
    await rate.take('a')
    await rate.take('a')
    await rate.take('b')
    const refusal = await rate.take('a').catch((cause: unknown) => cause)
    expect(refusal).toMatchObject({ reason: 'RATE_LIMITED' })
    const { retryAfterMs = 0 } = refusal as { retryAfterMs?: number }
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('L9: past the most keys the one that was used longest ago is forgotten', async () => {
    const rate = createRate(1, { most: 2 })
    await rate.take('a')
    await rate.take('b')
    await rate.take('c')
    await expect(rate.take('c')).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
    await rate.take('a')
  })
})
