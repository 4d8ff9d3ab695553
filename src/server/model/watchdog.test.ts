import { expect, test } from 'vitest'
import { createManualClock } from './testing/manual-clock.ts'
import { createWatchdog } from './watchdog.ts'

test('where nothing is ever seen, it expires at the limit', () => {
  const clock = createManualClock()
  let expired = 0
  createWatchdog(clock, 1_000, () => {
    expired += 1
  })
  clock.advance(999)
  expect(expired).toBe(0)
  clock.advance(1)
  expect(expired).toBe(1)
  expect(clock.waiting).toBe(0)
})

test('after a sign of life it expires between one limit and one and a quarter', () => {
  for (let atMs = 0; atMs < 1_000; atMs += 50) {
    const clock = createManualClock()
    let expiredMs = 0
    const dog = createWatchdog(clock, 1_000, () => {
      expiredMs = clock.now()
    })
    clock.advance(atMs)
    dog.seen()
    const seenMs = clock.now()
    clock.advance(5_000)
    expect(expiredMs - seenMs).toBeGreaterThanOrEqual(1_000)
    expect(expiredMs - seenMs).toBeLessThanOrEqual(1_250)
  }
})

test('it leaves no timer when it is stopped', () => {
  const clock = createManualClock()
  const dog = createWatchdog(clock, 1_000, () => expect.unreachable())
  clock.advance(600)
  dog.stop()
  expect(clock.waiting).toBe(0)
})
