/** A clock that stands until a test moves it. */
import type { Clock } from '../../../core/ports/clock.ts'

export interface ManualClock extends Clock {
  /** Runs what falls due on the way, in its order. */
  advance(ms: number): void
  /** Timers that wait: a call that is over leaves none. */
  readonly waiting: number
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs
  let timers: { atMs: number; run: () => void }[] = []
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      const endMs = nowMs + ms
      while (true) {
        const due = timers.filter(({ atMs }) => atMs <= endMs)
        const next = due.toSorted((a, b) => a.atMs - b.atMs)[0]
        if (!next) break
        timers = timers.filter((other) => other !== next)
        nowMs = next.atMs
        next.run()
      }
      nowMs = endMs
    },
    get waiting() {
      return timers.length
    },
  }
}
