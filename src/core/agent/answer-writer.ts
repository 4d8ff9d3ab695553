/**
 * From the model's pieces to the log: the first piece is committed at once, then text gathers while the answer
 * rests, and is committed as one delta with the next piece. What several answers commit in one turn of the event
 * loop, the store commits as one group. Used by the turn.
 */
import type { EventBody } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import type { Meter } from '../ports/meter.ts'
import type { AppendResult } from '../ports/store.ts'
import type { AnswerPace, Rester } from './answer-pace.ts'

export interface AnswerWriterInput {
  pace: AnswerPace
  clock: Clock
  meter?: Meter | undefined
  answer: { messageId: string; replyTo: string; attempt: number }
  /** What the answer begins with: the text of an earlier attempt that this one goes on from. */
  prefix: string
  append: (events: EventBody[]) => Promise<AppendResult>
  /** The session's lease is lost, or the session is gone: nothing can be written any more. */
  onLost: () => void
}

export class AnswerWriter implements Rester {
  readonly #input: AnswerWriterInput
  #committed: string[]
  #offset: number
  #writing = ''
  #pending = ''
  /** When the oldest of it came. */
  #pendingSince = 0
  #inFlight: Promise<void> | null = null
  /** `ripe`: it may commit, and waits a little for the next piece to come along. */
  #pause: 'none' | 'resting' | 'ripe' = 'none'
  #started = false
  #closed = false

  constructor(input: AnswerWriterInput) {
    this.#input = input
    this.#committed = input.prefix ? [input.prefix] : []
    this.#offset = input.prefix.length
    input.pace.enter()
  }

  /** All of the answer so far, committed or not. */
  get text(): string {
    return this.#committed.join('') + this.#writing + this.#pending
  }

  push(piece: string): void {
    if (this.#pending === '') this.#pendingSince = this.#input.clock.now()
    this.#pending += piece
    this.#flush()
  }

  /** Of the pace: a wait is over. */
  rested(): void {
    if (this.#pause === 'resting' && this.#pending !== '') {
      this.#pause = 'ripe'
      this.#input.pace.grace(this, this.#input.clock.now() - this.#pendingSince)
    } else {
      this.#pause = 'none'
      this.#flush()
    }
  }

  #flush(): void {
    if (this.#pending === '' || this.#closed || this.#pause === 'resting' || this.#inFlight) return
    this.#pause = 'resting'
    this.#input.pace.rest(this)
    this.#inFlight = this.#write().finally(() => {
      this.#inFlight = null
      this.#flush()
    })
  }

  /**
   * Writes nothing more; resolves when no commit is under way, with the events that would say what is not
   * committed yet: for an end that does not say it itself.
   */
  async close(): Promise<EventBody[]> {
    this.#closed = true
    await this.#inFlight
    this.#input.pace.leave(this)
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
      // The store cannot write now: the text waits here, and is tried again after the rest.
      this.#pending = content + this.#pending
      this.#pendingSince = since
    } finally {
      this.#writing = ''
    }
  }

  /** What says `content`: a delta, and before the first one that the answer streams now. */
  #events(content: string): EventBody[] {
    const { answer, clock } = this.#input
    const { messageId: answerId, replyTo: messageId, attempt } = answer
    const timestamp = new Date(clock.now()).toISOString()
    const delta: EventBody = { type: 'delta', ...answer, offset: this.#offset, content, timestamp }
    if (this.#started) return [delta]
    const status = { type: 'status', state: 'streaming', messageId, answerId, attempt } as const
    return [{ ...status, content: 'Answering...', timestamp }, delta]
  }
}
