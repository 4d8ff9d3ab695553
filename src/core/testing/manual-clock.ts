/** A clock that stands still until a test moves it: no test waits on time. Used by the tests of core, client and model. */
import type { Clock } from '../ports/clock.ts'

interface Timer {
  dueMs: number
  delayMs: number
  run: () => void
}

export class ManualClock implements Clock {
  #nowMs: number
  #timers = new Set<Timer>()
  #waiters = new Set<() => void>()

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, delayMs, run }
    this.#timers.add(timer)
    for (const check of this.#waiters) check()
    return () => this.#timers.delete(timer)
  }

  /** Timers that wait, by how long they were asked to. */
  get pending(): number[] {
    return [...this.#timers].map(({ delayMs }) => delayMs)
  }

  /** How many timers wait: what is over leaves none. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves on, and runs what has become due, in order of time; also what that sets off within the time. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)
      if (!next || next.dueMs > endMs) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.run()
    }
    this.#nowMs = endMs
  }

  /** Resolves once a timer of this delay waits. */
  armed(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!this.pending.includes(delayMs)) return
        this.#waiters.delete(check)
        resolve()
      }
      this.#waiters.add(check)
      check()
    })
  }
}
