import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

const values = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 200 })

test('a percentile is exact to one part in 64, and never below the true one', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
      const histogram = new Histogram()
      for (const value of list) histogram.record(value)
      const sorted = list.toSorted((a, b) => a - b)
      const exact = sorted[Math.ceil((percent / 100) * list.length) - 1] ?? Number.NaN
      const found = histogram.percentile(percent)
      expect(found).toBeGreaterThanOrEqual(exact)
      expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 64))
    }),
  )
})

test('the 100th percentile is the greatest value, exactly', () => {
  fc.assert(
    fc.property(values, (list) => {
      const histogram = new Histogram()
      for (const value of list) histogram.record(value)
      expect(histogram.percentile(100)).toBe(Math.max(...list))
      expect(histogram.count).toBe(list.length)
    }),
  )
})

test('an empty histogram says 0, also after it was cleared', () => {
  const histogram = new Histogram()
  expect(histogram.percentile(99)).toBe(0)
  histogram.record(5)
  histogram.clear()
  expect([histogram.percentile(99), histogram.max, histogram.count]).toEqual([0, 0, 0])
})
