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

export class Follower implements AsyncIterableIterator<SessionEvent> {
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

  async next(): Promise<IteratorResult<SessionEvent, undefined>> {
    const { tail } = this.#input
    while (!this.#ended) {
      const event = this.#batch[this.#next]
      if (event) {
        this.#next++
        if (event.type !== 'reset') this.#cursor = event.seq
        return { done: false, value: event }
      }
      if (tail.deleted) break
      const known = Math.max(this.#cursor, tail.lastSeq)
      const events = tail.after(this.#cursor) ?? (await this.#readStore())
      this.#batch = compact(events)
      this.#next = 0
      if (events.length === 0) await this.#rung(known)
    }
    return this.return()
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

  /**
   * Waits for the bell, unless it has rung for more than was `known` before the log was looked at: looking
   * again and again at a log that has nothing would stop the whole process.
   */
  #rung(known: number): Promise<void> {
    const { tail } = this.#input
    if (this.#ended || tail.deleted || tail.lastSeq > known) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #ring(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
