/**
 * A model whose text is told in pieces as large as readers need, and no oftener: the first piece at once, then
 * what gathered while the answer rested, with the piece that comes next. Wrapped around the adapter where its
 * text comes in, on the model's thread: what gathers there costs the server's thread nothing.
 */
import type { Clock } from '../ports/clock.ts'
import type { Model, ModelSink } from '../ports/model.ts'
import { AnswerPace, type Rester } from './answer-pace.ts'

export function gatheringModel(model: Model, clock: Clock): Model {
  const pace = new AnswerPace(clock)
  return {
    async answer(request, sink, signal) {
      const answer = new GatheredAnswer(sink, { pace, clock })
      try {
        const end = await model.answer(request, answer, signal)
        answer.flush()
        return end
      } catch (cause) {
        // What came before a failure was said; of an answer that is stopped nothing more is told.
        if (!signal.aborted) answer.flush()
        throw cause
      } finally {
        pace.leave(answer)
      }
    },
  }
}

class GatheredAnswer implements ModelSink, Rester {
  readonly #sink: ModelSink
  readonly #pace: AnswerPace
  readonly #clock: Clock
  #text = ''
  /** When the oldest of it came. */
  #sinceMs = 0
  /** `ripe`: it may be told, and waits a little for the next piece to come along. */
  #pause: 'none' | 'resting' | 'ripe' = 'none'

  constructor(sink: ModelSink, { pace, clock }: { pace: AnswerPace; clock: Clock }) {
    this.#sink = sink
    this.#pace = pace
    this.#clock = clock
    pace.enter()
  }

  text(piece: string): void {
    if (this.#text === '') this.#sinceMs = this.#clock.now()
    this.#text += piece
    if (this.#pause !== 'resting') this.#tell()
  }

  reasoning(piece: string): void {
    this.#sink.reasoning?.(piece)
  }

  retrying(info: Parameters<ModelSink['retrying']>[0]): void {
    this.#sink.retrying(info)
  }

  /** Of the pace: a wait is over. */
  rested(): void {
    if (this.#text === '') {
      this.#pause = 'none'
    } else if (this.#pause === 'resting') {
      this.#pause = 'ripe'
      this.#pace.grace(this, this.#clock.now() - this.#sinceMs)
    } else {
      this.#tell()
    }
  }

  flush(): void {
    if (this.#text !== '') this.#tell()
  }

  #tell(): void {
    const text = this.#text
    this.#text = ''
    this.#pause = 'resting'
    this.#pace.rest(this)
    this.#sink.text(text, this.#sinceMs)
  }
}
