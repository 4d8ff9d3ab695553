/**
 * How many streams of events are open at once over HTTP. A browser opens six connections to a host over
 * HTTP/1.1, all its tabs together: streams that took them all would leave none for calls. So there are a few
 * seats; who began to follow last keeps one, and the others take turns: a stream that gives up its seat
 * goes on after its last event when it has one again. Used by `over-http.ts`.
 */
import type { Clock } from '../core/ports/clock.ts'

export interface Seat {
  /** Aborted when it is another's turn. */
  readonly turnOver: AbortSignal
  leave(): void
}

/** Seats that are shared with others: the tabs of one browser (`tab-seats.ts`). */
export interface SharedSeats {
  /**
   * Resolves with a function that gives it back; rejects when `signal` is aborted. `isShown`: it is for what
   * this tab shows.
   */
  take(signal: AbortSignal, isShown: boolean): Promise<() => void>
  /** Whether others wait for one, and this tab is to let them: all that it has, or what it does not show. */
  wanted(): Promise<'all' | 'some' | null>
}

interface StreamSeatsOptions {
  clock: Clock
  /** Streams at once. */
  count: number
  /** Asked for beside the seats of this client. */
  shared?: SharedSeats | null
}

/** How long a stream may stay while others wait. */
const turnMs = 1_000

interface Sitting {
  follower: object
  turn: AbortController
  sinceMs: number
}

export class StreamSeats {
  readonly #options: StreamSeatsOptions
  /** Longest seated first. */
  #sitting: Sitting[] = []
  #waiting: { follower: object; sit: () => void }[] = []
  /** In the order in which they began to follow. */
  readonly #followers = new Set<object>()
  #cancelTurn: (() => void) | null = null

  constructor(options: StreamSeatsOptions) {
    this.#options = options
  }

  /** Somebody begins to follow. Returns the end of it. */
  begin(follower: object): () => void {
    this.#followers.add(follower)
    return () => {
      this.#followers.delete(follower)
    }
  }

  /** A seat for one that began. Rejects with the signal's reason. */
  async take(follower: object, signal: AbortSignal): Promise<Seat> {
    signal.throwIfAborted()
    const sitting = await this.#placed(follower, signal)
    const free = () => {
      this.#sitting = this.#sitting.filter((other) => other !== sitting)
      this.#waiting.shift()?.sit()
    }
    let giveBack = () => {}
    let stopSharing = () => {}
    try {
      const { shared } = this.#options
      if (shared) {
        giveBack = await shared.take(signal, follower === this.#last)
        stopSharing = this.#share(sitting, shared)
      }
    } catch (cause) {
      free()
      throw cause
    }
    let left = false
    return {
      turnOver: sitting.turn.signal,
      leave() {
        if (left) return
        left = true
        stopSharing()
        giveBack()
        free()
      },
    }
  }

  /** Seated at once, or when there is room. */
  #placed(follower: object, signal: AbortSignal): Sitting | Promise<Sitting> {
    if (this.#sitting.length < this.#options.count) return this.#sit(follower)
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(signal.reason)
      }
      const sit = () => {
        signal.removeEventListener('abort', onAbort)
        resolve(this.#sit(follower))
      }
      const waiting = { follower, sit }
      signal.addEventListener('abort', onAbort, { once: true })
      // Who began last is looked at just now.
      if (follower === this.#last) this.#waiting.unshift(waiting)
      else this.#waiting.push(waiting)
      this.#schedule()
    })
  }

  #sit(follower: object): Sitting {
    const sitting = { follower, turn: new AbortController(), sinceMs: this.#options.clock.now() }
    this.#sitting.push(sitting)
    this.#schedule()
    return sitting
  }

  /** Looks from time to time whether others want the seat. */
  #share(sitting: Sitting, shared: SharedSeats): () => void {
    const { clock } = this.#options
    let stopped = false
    const look = async () => {
      const wanted = await shared.wanted()
      if (stopped) return
      if (wanted === 'all' || (wanted === 'some' && sitting.follower !== this.#last)) {
        sitting.turn.abort()
      } else {
        cancel = clock.after(turnMs, look)
      }
    }
    let cancel = clock.after(turnMs, look)
    return () => {
      stopped = true
      cancel()
    }
  }

  get #last(): object | undefined {
    return [...this.#followers].at(-1)
  }

  /** When the next turn is over, if anyone waits for it. */
  #schedule(): void {
    if (this.#cancelTurn || this.#waiting.length === 0) return
    const next = this.#sitting.find(
      ({ follower, turn }) => !turn.signal.aborted && follower !== this.#last,
    )
    if (!next) return
    const { clock } = this.#options
    const urgent = this.#waiting[0]?.follower === this.#last
    const leftMs = urgent ? 0 : Math.max(0, next.sinceMs + turnMs - clock.now())
    this.#cancelTurn = clock.after(leftMs, () => {
      this.#cancelTurn = null
      if (this.#waiting.length > 0) next.turn.abort()
      this.#schedule()
    })
  }
}
