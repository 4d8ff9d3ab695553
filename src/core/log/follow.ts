/**
 * Follow: read the log from a cursor, then live, without a seam. One cursor, no queue: resuming after a
 * dropped connection, a second tab, a slow reader and a fast one are this same loop.
 *
 * An iterator written out and no generator: it runs once per event and reader, and one that waits is
 * woken by its signal (a generator would sit in its `await` for ever).
 */
import type { LogEvent, ResetEvent, SessionEvent } from '../events.ts'
import type { Store } from '../ports/store.ts'
import { compact } from './compact.ts'
import type { SessionTail } from './tail.ts'

/** One read of the store: what a reader that catches up holds at most. */
const page = { limit: 1000, maxChars: 256 * 1024 }

/** A reader's place in a log. Pulled from as an iterator, or by `take` and `wait` where promises cost too much. */
export interface SessionFollower extends AsyncIterableIterator<SessionEvent, undefined> {
  readonly ended: boolean
  readonly upToDate: boolean
  take(): SessionEvent | null
  wait(go: () => void, fail: (cause: unknown) => void): void
  return(): Promise<{ done: true; value: undefined }>
}

export interface FollowInput {
  store: Store
  sessionId: string
  tail: SessionTail
  /** Number of the last event that the reader has. */
  after: number
  /** Given first, where the reader's cursor could not be honoured (G8). */
  reset?: ResetEvent
  signal: AbortSignal
  /** Called once, when the reader is done. */
  onEnd: () => void
}

export class Follower implements SessionFollower {
  readonly #input: FollowInput
  #cursor: number
  #batch: readonly SessionEvent[] = []
  #next = 0
  #ended = false
  #wake: (() => void) | null = null
  readonly #stopListening: () => void

  constructor(input: FollowInput) {
    this.#input = input
    this.#cursor = input.after
    if (input.reset) this.#batch = [input.reset]
    const offTail = input.tail.onChange(() => this.#ring())
    const end = () => this.#end()
    input.signal.addEventListener('abort', end)
    this.#stopListening = () => {
      offTail()
      input.signal.removeEventListener('abort', end)
    }
    if (input.signal.aborted) this.#end()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Has been given all that there is: nothing to `take`, and nothing but the bell to `wait` for. */
  get upToDate(): boolean {
    const { tail } = this.#input
    const isLive = !this.#ended && !tail.deleted
    return isLive && this.#next >= this.#batch.length && this.#cursor >= tail.lastSeq
  }

  /** The next event, where it is at hand; else null: then `wait`. */
  take(): SessionEvent | null {
    const { tail } = this.#input
    while (!this.#ended && !this.upToDate) {
      const event = this.#batch[this.#next]
      if (event) {
        this.#next++
        if (event.type !== 'reset') this.#cursor = event.seq
        return event
      }
      if (tail.deleted) this.#end()
      const events = tail.after(this.#cursor)
      if (!events || events.length === 0) return null
      this.#give(events)
    }
    return null
  }

  /**
   * To be called where `take` had nothing: calls `go` once, when there may be something or the follower has ended.
   * Calls `fail` instead where the store does not answer. Without a promise for who is up to date: this
   * is done once per event and reader.
   */
  wait(go: () => void, fail: (cause: unknown) => void): void {
    const { tail } = this.#input
    if (this.upToDate) {
      this.#wake = go
      return
    }
    if (this.#ended || tail.deleted || tail.after(this.#cursor)) return go()
    const known = Math.max(this.#cursor, tail.lastSeq)
    this.#readStore().then((events) => {
      this.#give(events)
      // Unless the bell has rung meanwhile: looking again and again at a log that has nothing stops the process.
      const nothing = events.length === 0 && tail.lastSeq <= known
      if (nothing && !this.#ended && !tail.deleted) this.#wake = go
      else go()
    }, fail)
  }

  async next(): Promise<IteratorResult<SessionEvent, undefined>> {
    for (;;) {
      const value = this.take()
      if (value) return { done: false, value }
      if (this.#ended) return { done: true, value: undefined }
      await new Promise<void>((resolve, reject) => this.wait(resolve, reject))
    }
  }

  async return(): Promise<{ done: true; value: undefined }> {
    this.#end()
    return { done: true, value: undefined }
  }

  /** At once, whether somebody pulls or not: a reader that was cut off holds nothing. */
  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stopListening()
    this.#batch = []
    this.#next = 0
    this.#ring()
    this.#input.onEnd()
  }

  async #readStore(): Promise<LogEvent[]> {
    const { store, sessionId } = this.#input
    try {
      return await store.read({ sessionId, after: this.#cursor, ...page })
    } catch (cause) {
      // Whoever `next` throws at does not call `return`.
      this.#end()
      throw cause
    }
  }

  #give(events: readonly LogEvent[]): void {
    this.#batch = compact(events)
    this.#next = 0
  }

  #ring(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
