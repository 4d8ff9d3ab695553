/**
 * From the model's pieces to the log: an answer's text gathers for a few milliseconds and is committed as
 * one delta. All answers of the process share one timer, so that a store commits them as one group: the
 * first piece goes at once, the rest as the timer ticks. Used by the turn.
 */
import type { EventBody } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import type { AppendResult } from '../ports/store.ts'

/** How long text gathers: short while few answers run, longer under load, when fewer events cost less. */
const flushMs = { least: 40, most: 120, perAnswer: 0.1 }

export class FlushTimer {
  readonly #clock: Clock
  #due = new Set<AnswerWriter>()
  #armed = false
  /** Answers that are being written: what the pace of the timer goes by. */
  writers = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  schedule(writer: AnswerWriter): void {
    this.#due.add(writer)
    if (this.#armed) return
    this.#armed = true
    const delay = Math.min(flushMs.most, flushMs.least + this.writers * flushMs.perAnswer)
    this.#clock.after(delay, () => this.#tick())
  }

  #tick(): void {
    this.#armed = false
    const due = this.#due
    this.#due = new Set()
    for (const writer of due) writer.flush()
  }
}

export interface AnswerWriterInput {
  timer: FlushTimer
  clock: Clock
  answer: { messageId: string; replyTo: string; attempt: number }
  /** What the answer begins with: the text of an earlier attempt that this one goes on from. */
  prefix: string
  append: (events: EventBody[]) => Promise<AppendResult>
  /** The session's lease is lost, or the session is gone: nothing can be written any more. */
  onLost: () => void
}

export class AnswerWriter {
  readonly #input: AnswerWriterInput
  #committed: string[]
  #offset: number
  #writing = ''
  #pending = ''
  #inFlight: Promise<void> | null = null
  #started = false
  #closed = false

  constructor(input: AnswerWriterInput) {
    this.#input = input
    this.#committed = input.prefix ? [input.prefix] : []
    this.#offset = input.prefix.length
    input.timer.writers++
  }

  /** All of the answer so far, committed or not. */
  get text(): string {
    return this.#committed.join('') + this.#writing + this.#pending
  }

  push(piece: string): void {
    this.#pending += piece
    if (this.#started) this.#input.timer.schedule(this)
    else this.flush()
  }

  /** Commits what has gathered, unless a commit is under way: then the timer comes back to it. */
  flush(): void {
    if (this.#pending === '' || this.#closed) return
    if (this.#inFlight) return this.#input.timer.schedule(this)
    this.#inFlight = this.#write().finally(() => {
      this.#inFlight = null
    })
  }

  /**
   * Writes nothing more; resolves when no commit is under way, with the events that would say what is not
   * committed yet: for an end that does not say it itself.
   */
  async close(): Promise<EventBody[]> {
    this.#closed = true
    await this.#inFlight
    this.#input.timer.writers--
    return this.#pending === '' ? [] : this.#events(this.#pending)
  }

  async #write(): Promise<void> {
    const { append, onLost, timer } = this.#input
    const content = this.#pending
    this.#writing = content
    this.#pending = ''
    const events = this.#events(content)
    try {
      const { outcome } = await append(events)
      if (outcome !== 'appended') return onLost()
      this.#started = true
      this.#committed.push(content)
      this.#offset += content.length
    } catch {
      // The store cannot write now: the text waits here, and is tried again with what comes after it.
      this.#pending = content + this.#pending
      if (!this.#closed) timer.schedule(this)
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
