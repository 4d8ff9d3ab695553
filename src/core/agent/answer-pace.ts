/**
 * How often an answer's text is committed: at once where it has rested, then after a rest. The rest is short
 * while few answers run, and longer under load, when fewer and larger events cost less. Text that waits when
 * the rest is over goes with the next piece, which most often comes within the grace: so an event ends with a
 * piece that did not wait at all. Shared by all answers of a process. Used by the answer writer.
 */
import type { Clock } from '../ports/clock.ts'
import { TimingWheel } from '../timing-wheel.ts'

const restMs = { least: 40, most: 100, perAnswer: 0.1 }
const graceMs = 30
const tickMs = 10

/** How long what belongs to one of `count` running answers rests between two pieces of work. */
function restFor(count: number): number {
  return Math.min(restMs.most, restMs.least + count * restMs.perAnswer)
}

export interface Rester {
  /** The wait that was asked for last is over. */
  rested(): void
}

export class AnswerPace {
  readonly #wheel: TimingWheel<Rester>
  #answers = 0

  constructor(clock: Clock) {
    this.#wheel = new TimingWheel(clock, { tickMs, longestMs: restMs.most }, (it) => it.rested())
  }

  enter(): void {
    this.#answers++
  }

  /** Until the answer may commit again. */
  rest(answer: Rester): void {
    this.#wheel.add(answer, restFor(this.#answers))
  }

  /** Until the answer should wait for no other piece. */
  grace(answer: Rester): void {
    this.#wheel.add(answer, graceMs)
  }

  leave(answer: Rester): void {
    this.#answers--
    this.#wheel.delete(answer)
  }
}
