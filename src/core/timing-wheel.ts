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
  #slots: Set<T>[] = []
  #places = new Map<T, Set<T>>()
  #at = 0
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
    for (let i = 0; i < count; i++) this.#slots.push(new Set())
  }

  /** Waits about `delayMs`, a tick at the least. An item that waits already waits anew. */
  add(item: T, delayMs: number): void {
    this.#take(item)
    const most = this.#slots.length - 1
    const ticks = Math.min(most, Math.max(1, Math.round(delayMs / this.#tickMs)))
    const slot = this.#slots[(this.#at + ticks) % this.#slots.length]
    if (!slot) throw new Error('a wheel has a slot for every wait')
    slot.add(item)
    this.#places.set(item, slot)
    this.#arm()
  }

  /** Calls the item's wait off. */
  delete(item: T): void {
    this.#take(item)
    if (this.#places.size > 0) return
    this.#callOff?.()
    this.#callOff = null
  }

  #take(item: T): void {
    this.#places.get(item)?.delete(item)
    this.#places.delete(item)
  }

  #arm(): void {
    if (this.#callOff || this.#places.size === 0) return
    this.#callOff = this.#clock.after(this.#tickMs, () => this.#tick())
  }

  #tick(): void {
    this.#callOff = null
    this.#at = (this.#at + 1) % this.#slots.length
    const slot = this.#slots[this.#at]
    for (const item of slot ?? []) {
      this.#take(item)
      this.#end(item)
    }
    this.#arm()
  }
}
