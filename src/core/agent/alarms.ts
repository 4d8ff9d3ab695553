/** One alarm for each name: the earliest that was set. Used by the turn runner, to look at sessions again. */
import type { Clock } from '../ports/clock.ts'

export class Alarms {
  readonly #clock: Clock
  readonly #ring: (name: string) => void
  #set = new Map<string, { dueMs: number; callOff: () => void }>()

  constructor(clock: Clock, ring: (name: string) => void) {
    this.#clock = clock
    this.#ring = ring
  }

  has(name: string): boolean {
    return this.#set.has(name)
  }

  /** Rings in `delayMs`, unless it rings earlier anyway. */
  set(name: string, delayMs: number): void {
    const dueMs = this.#clock.now() + delayMs
    const before = this.#set.get(name)
    if (before && before.dueMs <= dueMs) return
    before?.callOff()
    const callOff = this.#clock.after(delayMs, () => {
      this.#set.delete(name)
      this.#ring(name)
    })
    this.#set.set(name, { dueMs, callOff })
  }

  clear(name: string): void {
    this.#set.get(name)?.callOff()
    this.#set.delete(name)
  }

  close(): void {
    for (const name of this.#set.keys()) this.clear(name)
  }
}
