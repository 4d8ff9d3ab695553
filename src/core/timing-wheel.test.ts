import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from './testing/manual-clock.ts'
import { TimingWheel } from './timing-wheel.ts'

const options = { tickMs: 10, longestMs: 100 }

test('every wait ends once, within a tick of its length', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 50 }), (delays) => {
      const clock = new ManualClock()
      const from = clock.now()
      const ended: number[] = []
      const wheel = new TimingWheel<number>(clock, options, (index) => {
        const off = clock.now() - from - (delays[index] ?? 0)
        expect(Math.abs(off)).toBeLessThanOrEqual(10)
        ended.push(index)
      })
      for (const [index, delay] of delays.entries()) wheel.add(index, delay)
      clock.advance(200)
      expect(ended.toSorted((a, b) => a - b)).toEqual(delays.map((_, index) => index))
      expect(clock.pending).toEqual([])
    }),
  )
})

test('a wait that is called off does not end, and one that begins anew ends once', () => {
  const clock = new ManualClock()
  const ended: string[] = []
  const wheel = new TimingWheel<string>(clock, options, (item) => ended.push(item))
  wheel.add('off', 50)
  wheel.add('anew', 10)
  wheel.add('anew', 90)
  wheel.delete('off')
  clock.advance(60)
  expect(ended).toEqual([])
  clock.advance(100)
  expect(ended).toEqual(['anew'])
})

test('an item may wait again as its wait ends', () => {
  const clock = new ManualClock()
  let rounds = 0
  const wheel: TimingWheel<string> = new TimingWheel(clock, options, (item) => {
    if (++rounds < 3) wheel.add(item, 20)
  })
  wheel.add('again', 20)
  clock.advance(300)
  expect(rounds).toBe(3)
})
