/** How a turn is told to stop before its model has finished. Used by the turn and its parts. */

export type Halt =
  /** A `cancel` is in the log. */
  | 'cancelled'
  /** The process stops: the turn goes on elsewhere, or at the next start. */
  | 'let-go'
  /** Another process has the session, or the session is deleted. */
  | 'lost'

export class Halting {
  readonly #stop = new AbortController()
  #why: Halt | null = null
  #leaving = false

  /** Null while the turn goes on. */
  get why(): Halt | null {
    return this.#why
  }

  /** The process stops: nothing is tried again, whatever the turn was halted for. */
  get leaving(): boolean {
    return this.#leaving
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The first reason stays, but for a lost session: that one rules out any further write. */
  halt(why: Halt): void {
    if (why === 'let-go') this.#leaving = true
    if (this.#why === 'lost') return
    if (this.#why && why !== 'lost') return
    this.#why = why
    this.#stop.abort(new Error(`the turn was ${why}`))
  }
}
