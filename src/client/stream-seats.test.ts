/** Seats for streams: few at once, everyone in turn, the one opened last always. */
import { expect, test } from 'vitest'
import { StreamSeats } from './stream-seats.ts'
import { createManualClock } from './testing/manual-clock.ts'

/** Lets what promises have waiting run. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('C10: eight followers on three seats: never more at once, the last one always, everyone in turn', async () => {
  const clock = createManualClock()
  const seats = new StreamSeats({ clock, count: 3 })
  const leaving = new AbortController()
  const sitting = new Set<number>()
  const turns = Array.from({ length: 8 }, () => 0)
  let most = 0
  const follow = async (index: number) => {
    const follower = {}
    const end = seats.begin(follower)
    while (!leaving.signal.aborted) {
      const seat = await seats.take(follower, leaving.signal)
      sitting.add(index)
      turns[index] = (turns[index] ?? 0) + 1
      most = Math.max(most, sitting.size)
      await new Promise<void>((resolve) => {
        if (leaving.signal.aborted) return resolve()
        for (const over of [seat.turnOver, leaving.signal])
          over.addEventListener('abort', () => resolve())
      })
      sitting.delete(index)
      seat.leave()
    }
    end()
  }
  const all = turns.map((_, index) => follow(index).catch(() => {}))
  await settle()
  for (let step = 0; step < 100; step++) {
    clock.advance(100)
    await settle()
    if (step > 10) expect(sitting.has(7)).toBe(true)
  }
  expect(most).toBe(3)
  // Ten seconds, two seats that go round over seven: each has had its turn twice at least.
  expect(Math.min(...turns.slice(0, 7))).toBeGreaterThanOrEqual(2)
  expect(turns[7]).toBe(1)
  leaving.abort()
  await Promise.all(all)
})
