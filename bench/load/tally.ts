/**
 * What one reader was given of one answer after another: every token once and in order, or how far from
 * it. Used by the readers of the load.
 */
import { ageAt, indexAt } from '../token.ts'

export interface Faults {
  lost: number
  /** Came again, or came after a later one. */
  doubled: number
}

export class Tally {
  readonly #plan: { tokens: number; tokenChars: number }
  /** Of the answer that is being read. */
  #next = 0
  received = 0
  answers = 0
  readonly faults: Faults = { lost: 0, doubled: 0 }

  constructor(plan: { tokens: number; tokenChars: number }) {
    this.#plan = plan
  }

  /** How much of the running answer was received, in characters. */
  get chars(): number {
    return this.#next * this.#plan.tokenChars
  }

  /**
   * Takes a text of whole tokens. Calls `seen` with the age of each new one, in microseconds. Throws where
   * the text is cut within a token: no subject may do that.
   */
  take(text: string, atUs: number, seen: (ageUs: number) => void): void {
    const { tokenChars } = this.#plan
    if (text.length % tokenChars !== 0) throw new Error('a text that is cut within a token')
    for (let at = 0; at < text.length; at += tokenChars) {
      const index = indexAt(text, at)
      if (index < this.#next) {
        this.faults.doubled++
        continue
      }
      this.faults.lost += index - this.#next
      this.#next = index + 1
      this.received++
      seen(ageAt(text, at, atUs))
    }
  }

  /** The answer has ended: what is missing now is lost. */
  end(): void {
    this.faults.lost += this.#plan.tokens - this.#next
    this.#next = 0
    this.answers++
  }
}
