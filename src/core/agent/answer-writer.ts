/**
 * From the model's pieces to the log: a piece is committed at once as one delta, and what comes while one is being
 * committed goes with the next. What several answers commit in one turn of the event loop, the store commits as
 * one group. How often pieces come is the model's matter (`gathering-model.ts`). Used by the turn.
 */
import type { EventBody } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import type { Meter } from '../ports/meter.ts'
import type { AppendResult } from '../ports/store.ts'
import { timestampOf } from '../timestamp.ts'

export interface AnswerWriterInput {
  clock: Clock
  meter?: Meter | undefined
  answer: { messageId: string; replyTo: string; attempt: number }
  /** What the answer begins with: the text of an earlier attempt that this one goes on from. */
  prefix: string
  append: (events: EventBody[]) => Promise<AppendResult>
  /** The session's lease is lost, or the session is gone: nothing can be written any more. */
  onLost: () => void
}

/** Between two tries of a store that cannot write. */
const retryMs = 100

export class AnswerWriter {
  readonly #input: AnswerWriterInput
  #committed: string[]
  #offset: number
  #writing = ''
  #pending = ''
  /** When the oldest of it came. */
  #pendingSince = 0
  #inFlight: Promise<void> | null = null
  /** The store could not write: calls the next try off. */
  #retrying: (() => void) | null = null
  #started = false
  #closed = false

  constructor(input: AnswerWriterInput) {
    this.#input = input
    this.#committed = input.prefix ? [input.prefix] : []
    this.#offset = input.prefix.length
  }

  /** All of the answer so far, committed or not. */
  get text(): string {
    return this.#committed.join('') + this.#writing + this.#pending
  }

  /** `sinceMs`: when the oldest of it came, milliseconds since 1970; it is now where it did not wait. */
  push(piece: string, sinceMs = this.#input.clock.now()): void {
    if (this.#pending === '') this.#pendingSince = sinceMs
    this.#pending += piece
    this.#flush()
  }

  #flush(): void {
    if (this.#pending === '' || this.#closed || this.#retrying || this.#inFlight) return
    this.#inFlight = this.#write()
  }

  /**
   * Writes nothing more; resolves when no commit is under way, with the events that would say what is not
   * committed yet: for an end that does not say it itself.
   */
  async close(): Promise<EventBody[]> {
    this.#closed = true
    this.#retrying?.()
    await this.#inFlight
    return this.#pending === '' ? [] : this.#events(this.#pending)
  }

  async #write(): Promise<void> {
    const { append, onLost, clock, meter } = this.#input
    const content = this.#pending
    const since = this.#pendingSince
    this.#writing = content
    this.#pending = ''
    const events = this.#events(content)
    try {
      const { outcome } = await append(events)
      if (outcome !== 'appended') return onLost()
      this.#started = true
      this.#committed.push(content)
      this.#offset += content.length
      meter?.flushed(clock.now() - since, content.length)
    } catch {
      // The store cannot write now: the text waits here.
      this.#pending = content + this.#pending
      this.#pendingSince = since
      this.#retrying = clock.after(retryMs, () => {
        this.#retrying = null
        this.#flush()
      })
    } finally {
      this.#writing = ''
      this.#inFlight = null
      this.#flush()
    }
  }

  /** What says `content`: a delta, and before the first one that the answer streams now. */
  #events(content: string): EventBody[] {
    const { answer, clock } = this.#input
    const { messageId: answerId, replyTo: messageId, attempt } = answer
    const timestamp = timestampOf(clock.now())
    const delta: EventBody = { type: 'delta', ...answer, offset: this.#offset, content, timestamp }
    if (this.#started) return [delta]
    const status = { type: 'status', state: 'streaming', messageId, answerId, attempt } as const
    return [{ ...status, content: 'Answering...', timestamp }, delta]
  }
}
