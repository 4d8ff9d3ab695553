/** How those who are told to leave are spread over time. */
import { expect, test } from 'vitest'
import { oneAfterAnother } from './one-after-another.ts'

/** Who was told at which millisecond. */
async function told(count: number, spread: { eachMs: number; mostMs: number }) {
  let nowMs = 0
  const at: number[] = []
  const wait = async (ms: number) => {
    nowMs += ms
  }
  const all = Array.from({ length: count }, (_, index) => index)
  await oneAfterAnother(all, (index) => (at[index] = nowMs), { spread, wait })
  return at
}

test('W9: a few are told at the pace of each', async () => {
  expect(await told(5, { eachMs: 100, mostMs: 5000 })).toEqual([0, 100, 200, 300, 400])
})

test('W9: many are told in slices, evenly, within the most that it may take', async () => {
  const at = await told(10_000, { eachMs: 1, mostMs: 5000 })
  expect(at).toHaveLength(10_000)
  expect(Math.max(...at)).toBeLessThan(5000)
  expect(Math.max(...at)).toBeGreaterThan(4500)
  const slices = Map.groupBy(at, (ms) => ms)
  for (const { length } of slices.values()) expect(length).toBeLessThanOrEqual(40)
})

test('W9: without a pace all are told at once, and nobody is nothing to wait for', async () => {
  expect(await told(3, { eachMs: 0, mostMs: 0 })).toEqual([0, 0, 0])
  expect(await told(0, { eachMs: 1, mostMs: 5000 })).toEqual([])
})
