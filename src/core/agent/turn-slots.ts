/**
 * Places for turns that run at once. Where all are taken, users get the next free one in turn, so that
 * one user's fifty queries do not stand before another's one. Used by the turn runner.
 */
export class TurnSlots {
  #free: number
  /** Who waits, by user; the first user of the map is served next, and then goes to its end. */
  #waiting = new Map<string, (() => void)[]>()

  constructor(count: number) {
    this.#free = count
  }

  get waiting(): number {
    let sum = 0
    for (const queue of this.#waiting.values()) sum += queue.length
    return sum
  }

  /** The way to give the place back, or null where all are taken. Who waits is served first. */
  tryTake(): (() => void) | null {
    if (this.#free === 0) return null
    this.#free--
    return this.#taken()
  }

  /** Resolves with the way to give the place back; call it once. */
  async take(userId: string): Promise<() => void> {
    const free = this.tryTake()
    if (free) return free
    await this.#wait(userId)
    return this.#taken()
  }

  #taken(): () => void {
    let given = false
    return () => {
      if (!given) this.#give()
      given = true
    }
  }

  #wait(userId: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(userId)
      if (queue) queue.push(resolve)
      else this.#waiting.set(userId, [resolve])
    })
  }

  #give(): void {
    const [first] = this.#waiting
    if (!first) {
      this.#free++
      return
    }
    const [userId, queue] = first
    const next = queue.shift()
    this.#waiting.delete(userId)
    if (queue.length > 0) this.#waiting.set(userId, queue)
    next?.()
  }
}
