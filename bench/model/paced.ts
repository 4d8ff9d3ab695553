/**
 * So many tokens a second for each answer, from one timer for all: the answers are spread over the ticks
 * of a period, so that they are not in phase. Used by the model server.
 */
import type { ServerResponse } from 'node:http'
import { nowUs } from '../clock.ts'
import { type AnswerPlan, AnswerStream, type Pace } from './stream.ts'

const tickMs = 5

export function createPaced(plan: AnswerPlan & { rate: number }): Pace {
  const periodTicks = Math.max(1, Math.round(1000 / plan.rate / tickMs))
  /** The answers by the tick of the period in which they are served. */
  const slots = Array.from({ length: periodTicks }, () => new Set<AnswerStream>())
  const startUs = nowUs()
  let served = 0

  function serve(): void {
    const due = Math.floor((nowUs() - startUs) / 1000 / tickMs)
    // A tick that came late serves what it missed, so that the pace stays what it was said to be.
    for (; served < due; served++) {
      const slot = slots[served % periodTicks]
      for (const stream of slot ?? []) {
        stream.send(1)
        if (stream.done) slot?.delete(stream)
      }
    }
  }

  const timer = setInterval(serve, tickMs)
  return {
    add(response: ServerResponse) {
      const stream = new AnswerStream(response, plan)
      const slot = slots.reduce((least, other) => (other.size < least.size ? other : least))
      slot.add(stream)
      return () => slot.delete(stream)
    },
    close: () => clearInterval(timer),
  }
}
