import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pacedFrames } from './paint-pace.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Frames that the test gives. */
function frames() {
  const waiting = new Set<() => void>()
  return {
    schedule(run: () => void) {
      waiting.add(run)
      return () => void waiting.delete(run)
    },
    asked: () => waiting.size,
    give() {
      for (const run of [...waiting]) {
        waiting.delete(run)
        run()
      }
    },
  }
}

test('R10: the first change is painted with the next frame, one soon after it waits for its turn', () => {
  const screen = frames()
  const pace = pacedFrames(screen.schedule)
  let painted = 0
  const paint = () => void painted++
  pace(paint)
  expect(screen.asked()).toBe(1)
  screen.give()
  expect(painted).toBe(1)
  pace(paint)
  expect(screen.asked()).toBe(0)
  vi.advanceTimersByTime(44)
  expect(screen.asked()).toBe(0)
  vi.advanceTimersByTime(1)
  expect(screen.asked()).toBe(1)
  screen.give()
  expect(painted).toBe(2)
  vi.advanceTimersByTime(45)
  pace(paint)
  expect(screen.asked()).toBe(1)
})

test('R10: what is called off is not painted, while it rests or waits for its frame', () => {
  const screen = frames()
  const pace = pacedFrames(screen.schedule)
  let painted = 0
  const paint = () => void painted++
  pace(paint)
  screen.give()
  const resting = pace(paint)
  resting()
  vi.advanceTimersByTime(1_000)
  expect(screen.asked()).toBe(0)
  const asked = pace(paint)
  asked()
  expect(screen.asked()).toBe(0)
  pace(paint)
  screen.give()
  const later = pace(paint)
  vi.advanceTimersByTime(45)
  later()
  screen.give()
  expect(painted).toBe(2)
})

test('R10: where a picture is much work, the next one waits eight times as long, and 100 ms at the most', () => {
  const screen = frames()
  const pace = pacedFrames(screen.schedule)
  /** From the beginning of a picture that takes so long to that of the next one. */
  const betweenMs = (costMs: number) => {
    pace(() => void vi.advanceTimersByTime(costMs))
    vi.advanceTimersByTime(1_000)
    const began = performance.now()
    screen.give()
    vi.advanceTimersByTime(0)
    pace(() => {})
    while (screen.asked() === 0) vi.advanceTimersByTime(1)
    const ms = performance.now() - began
    screen.give()
    vi.advanceTimersByTime(0)
    return ms
  }
  expect([1, 9, 30].map(betweenMs)).toEqual([45, 72, 100])
})
