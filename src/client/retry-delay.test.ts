import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

test('the first retry is fast, later ones grow to 15 s, and chance spreads half of each', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const delayMs = retryDelayMs(failures, () => chance)
      const fullMs = failures === 0 ? 250 : Math.min(15_000, 500 * 2 ** (failures - 1))
      expect(delayMs).toBeLessThanOrEqual(fullMs)
      if (failures > 0) expect(delayMs).toBeGreaterThanOrEqual(fullMs / 2)
    }),
  )
})
