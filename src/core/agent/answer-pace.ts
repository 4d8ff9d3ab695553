/**
 * How often an answer's text is told: at once where it has rested, then after a rest. The rest is short
 * while few answers run, and longer under load, when fewer and larger events cost less. Text that waits when
 * the rest is over goes with the next piece, so that an event ends with a piece that did not wait at all; but no
 * text waits much longer than the rest. Shared by all answers of a process. Used by the gathering model.
 */
import type { Clock } from '../ports/clock.ts'
import { TimingWheel } from '../timing-wheel.ts'

const restMs = { least: 40, most: 115, perAnswer: 0.1 }
/** A piece waits at most the rest and so much. */
const graceMs = 10
const tickMs = 10
/** Rests of one length drift apart, so that what began together does not come back together for ever. */
const drifts = [0, tickMs, -tickMs] as const

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
  #rests = 0

  constructor(clock: Clock) {
    this.#wheel = new TimingWheel(clock, { tickMs, longestMs: restMs.most + 2 * tickMs }, (it) =>
      it.rested(),
    )
  }

  enter(): void {
    this.#answers++
  }

  /** Until the answer may be told again. Returns how long that is, in milliseconds. */
  rest(answer: Rester): number {
    const drift = drifts[this.#rests++ % drifts.length] ?? 0
    const delayMs = restFor(this.#answers) + drift
    this.#wheel.add(answer, delayMs)
    return delayMs
  }

  /** Until an answer whose oldest text waits for `waitedMs` should wait for no other piece. */
  grace(answer: Rester, waitedMs: number): void {
    const most = restFor(this.#answers) + graceMs
    // Of a clock that jumped, nothing is believed.
    this.#wheel.add(answer, Math.min(most, Math.max(0, most - waitedMs)))
  }

  leave(answer: Rester): void {
    this.#answers--
    this.#wheel.delete(answer)
  }
}
