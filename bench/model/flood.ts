/**
 * As many tokens as the subject takes: all answers in turn, a handful of tokens each, but for those whose
 * reader is behind. Used by the model server.
 */
import type { ServerResponse } from 'node:http'
import { type AnswerPlan, AnswerStream, type Pace } from './stream.ts'

/** Sent at once. Small, so that no answer is far ahead of the others. */
const handful = 16

export function createFlood(plan: AnswerPlan): Pace {
  const ready = new Set<AnswerStream>()
  let turning = false

  function turn(): void {
    turning = false
    for (const stream of ready) {
      const room = stream.send(handful)
      if (stream.done || !room) ready.delete(stream)
    }
    wake()
  }

  function wake(): void {
    if (turning || ready.size === 0) return
    turning = true
    setImmediate(turn)
  }

  return {
    add(response: ServerResponse) {
      const stream = new AnswerStream(response, plan)
      const resume = () => {
        if (!stream.done) ready.add(stream)
        wake()
      }
      response.on('drain', resume)
      resume()
      return () => ready.delete(stream)
    },
    close: () => ready.clear(),
  }
}
