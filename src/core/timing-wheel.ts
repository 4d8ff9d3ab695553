/**
 * Many short waits with one timer: a wait ends at a tick, and the waits that end at one tick end together. It goes
 * by the timer and by no time of day, so a clock that jumps does not matter, and under load it slows down
 * instead of piling up. Used by the answers' pace.
 */
import type { Clock } from './ports/clock.ts'

export class TimingWheel<T> {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #end: (item: T) => void
  /** What was called off, or waits anew, stays in its slot until that comes up: only `#ends` says when it ends. */
  #slots: T[][] = []
  /** The tick that ends an item's wait. */
  #ends = new Map<T, number>()
  #now = 0
  #callOff: (() => void) | null = null

  /** `end` is called with each item when its wait is over. It may add the item again. */
  constructor(
    clock: Clock,
    { tickMs, longestMs }: { tickMs: number; longestMs: number },
    end: (item: T) => void,
  ) {
    this.#clock = clock
    this.#tickMs = tickMs
    this.#end = end
    const count = Math.ceil(longestMs / tickMs) + 1
    for (let i = 0; i < count; i++) this.#slots.push([])
  }

  /** Waits about `delayMs`, a tick at the least. An item that waits already waits anew. */
  add(item: T, delayMs: number): void {
    const most = this.#slots.length - 1
    const end = this.#now + Math.min(most, Math.max(1, Math.round(delayMs / this.#tickMs)))
    this.#ends.set(item, end)
    this.#slots[end % this.#slots.length]?.push(item)
    this.#arm()
  }

  /** Calls the item's wait off. */
  delete(item: T): void {
    this.#ends.delete(item)
    if (this.#ends.size > 0) return
    this.#callOff?.()
    this.#callOff = null
  }

  #arm(): void {
    if (this.#callOff || this.#ends.size === 0) return
    this.#callOff = this.#clock.after(this.#tickMs, this.#tick)
  }

  readonly #tick = () => {
    this.#callOff = null
    this.#now++
    const place = this.#now % this.#slots.length
    const due = this.#slots[place] ?? []
    this.#slots[place] = []
    for (const item of due) {
      if (this.#ends.get(item) !== this.#now) continue
      this.#ends.delete(item)
      this.#end(item)
    }
    this.#arm()
  }
}
