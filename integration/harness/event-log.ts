/**
 * What one reader was given of one session, in order: the events, their fold, and what is wrong with
 * them. Filled by the readers of the harness; the truth and those that were cut keep the same books.
 */
import type { SessionEvent } from '../../src/client/index.ts'
import { Transcript, type TranscriptItem } from '../../src/core/folds/transcript.ts'

type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>
export type TurnEnd = Of<'response'> | Of<'error'>

export class EventLog {
  readonly events: SessionEvent[] = []
  readonly #transcript = new Transcript()
  readonly #looking = new Set<() => void>()
  readonly #waits = new Set<(cause: Error) => void>()
  #failed: Error | null = null

  get lastSeq(): number {
    return this.#transcript.lastSeq
  }

  get items(): readonly TranscriptItem[] {
    return this.#transcript.items
  }

  get lastEventId(): string | null {
    return this.events.at(-1)?.id ?? null
  }

  add(event: SessionEvent): void {
    this.events.push(event)
    this.#transcript.apply(event)
    for (const look of [...this.#looking]) look()
  }

  /** The reader broke: whoever waits is told. */
  fail(cause: Error): void {
    this.#failed = cause
    for (const reject of [...this.#waits]) reject(cause)
  }

  /** The first event, past or to come, that matches. */
  until<E extends SessionEvent>(
    matches: ((event: SessionEvent) => event is E) | ((event: SessionEvent) => boolean),
  ): Promise<E> {
    return new Promise((resolve, reject) => {
      let seen = 0
      const done = () => {
        this.#looking.delete(look)
        this.#waits.delete(reject)
      }
      const look = () => {
        for (; seen < this.events.length; seen++) {
          const event = this.events[seen]
          if (event && matches(event)) {
            done()
            resolve(event as E)
            return
          }
        }
      }
      if (this.#failed) return reject(this.#failed)
      this.#looking.add(look)
      this.#waits.add(reject)
      look()
    })
  }

  /** The event that ends the turn of this query. */
  end(queryId: string): Promise<TurnEnd> {
    return this.until((event): event is TurnEnd => isEndOf(event, queryId))
  }

  /** Resolves when it has all up to here. */
  async reached(seq: number): Promise<void> {
    await this.until((event) => event.seq >= seq)
  }

  /** The events that end turns, by query. */
  ends(): Map<string, TurnEnd[]> {
    const ends = new Map<string, TurnEnd[]>()
    for (const event of this.events) {
      if (event.type !== 'response' && event.type !== 'error') continue
      const queryId = event.type === 'response' ? event.replyTo : (event.messageId ?? '')
      ends.set(queryId, [...(ends.get(queryId) ?? []), event])
    }
    return ends
  }

  /** How the order of a log was broken: the same number again, or a lower one. */
  disorder(): { doubled: number; outOfOrder: number; resets: number } {
    const seen = new Set<number>()
    let last = 0
    const found = { doubled: 0, outOfOrder: 0, resets: 0 }
    for (const { seq, type } of this.events) {
      if (type === 'reset') found.resets++
      else if (seen.has(seq)) found.doubled++
      else if (seq < last) found.outOfOrder++
      seen.add(seq)
      last = Math.max(last, seq)
    }
    return found
  }

  /** Of the truth's events those that this reader was not given: deltas apart, which may come merged. */
  missing(truth: EventLog): SessionEvent[] {
    const ids = new Set(this.events.map(({ id }) => id))
    return truth.events.filter(({ id, type }) => type !== 'delta' && !ids.has(id))
  }
}

function isEndOf(event: SessionEvent, queryId: string): event is TurnEnd {
  if (event.type === 'response') return event.replyTo === queryId
  return event.type === 'error' && event.messageId === queryId
}
