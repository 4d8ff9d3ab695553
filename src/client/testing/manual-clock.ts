/** A clock that tests move. Used by the client's tests. */
import type { Clock } from '../../core/ports/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on, and runs what is due, in order. */
  advance(ms: number): void
}

export function createManualClock(startMs = 1_000_000): ManualClock {
  let now = startMs
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      const until = now + ms
      for (;;) {
        const due = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
        if (!due) break
        timers = timers.filter((other) => other !== due)
        now = Math.max(now, due.at)
        due.run()
      }
      now = until
    },
  }
}
