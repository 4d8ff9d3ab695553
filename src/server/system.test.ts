import { expect, test } from 'vitest'
import { systemIds } from './system.ts'

test('ids of sessions are 160 random bits, no two alike, no bit always the same', () => {
  const ids = Array.from({ length: 2000 }, () => systemIds.random())
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{40}$/)
  expect(new Set(ids).size).toBe(ids.length)
  const numbers = ids.map((id) => BigInt(`0x${id}`))
  for (let bit = 0n; bit < 160n; bit++) {
    const ones = numbers.filter((number) => (number >> bit) & 1n).length
    // Half of 2,000, give or take nine standard deviations.
    expect(Math.abs(ones - 1000)).toBeLessThan(202)
  }
})
