/**
 * From what the model thinks aloud to the log: the first piece at once, then what came since the last, about once a
 * second, up to a bound. Used by the turn. docs/decisions/070-reasoning-rides-on-a-status.md has why.
 */
import type { StatusEvent } from '../events.ts'
import type { Clock } from '../ports/clock.ts'

/** UTF-16 units: that much is kept of the reasoning of one attempt. */
export const maxReasoningChars = 65_536
/** Between two pieces. */
const restMs = 1000
/** What gathered to this does not wait. */
const pieceChars = 4096
/** Says that there was more. */
const cutMark = '…'

export type Reasoning = NonNullable<StatusEvent['reasoning']>

export interface ReasoningWriterInput {
  clock: Clock
  append: (piece: Reasoning) => Promise<{ outcome: string }>
}

export class ReasoningWriter {
  readonly #input: ReasoningWriterInput
  #text = ''
  #committed = 0
  #isFull = false
  #resting: (() => void) | null = null
  #writing: Promise<void> | null = null
  #ended = false

  constructor(input: ReasoningWriterInput) {
    this.#input = input
  }

  push(piece: string): void {
    if (this.#ended || this.#isFull) return
    this.#text += piece
    if (this.#text.length > maxReasoningChars) {
      this.#text = this.#text.slice(0, maxReasoningChars - 1).toWellFormed() + cutMark
      this.#isFull = true
    }
    if (!this.#resting || this.#text.length - this.#committed >= pieceChars) this.#write()
  }

  /** The answer begins: what is not written yet is written now. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#resting?.()
    this.#write()
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.end()
    while (this.#writing) await this.#writing
  }

  #write(): void {
    if (this.#writing || this.#committed === this.#text.length) return
    this.#rest()
    this.#writing = this.#commit().then((hasMore) => {
      this.#writing = null
      if (hasMore && this.#ended) this.#write()
    })
  }

  /** Whether something came meanwhile that can be written. */
  async #commit(): Promise<boolean> {
    const [offset, end] = [this.#committed, this.#text.length]
    try {
      const { outcome } = await this.#input.append({ offset, text: this.#text.slice(offset, end) })
      // Whoever lost the session learns it from the answer.
      if (outcome !== 'appended') return false
      this.#committed = end
      return this.#text.length > end
    } catch {
      // The store cannot write now: it goes with the next piece, or not at all.
      return false
    }
  }

  #rest(): void {
    this.#resting?.()
    this.#resting = null
    if (this.#ended) return
    this.#resting = this.#input.clock.after(restMs, () => {
      this.#resting = null
      this.#write()
    })
  }
}
