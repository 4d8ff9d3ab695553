/**
 * A model whose text is told in pieces as large as readers need, and no oftener: the first piece at once, then
 * what gathered while the answer rested, with the piece that comes next. Wrapped around the adapter where its
 * text comes in, on the model's thread: what gathers there costs the server's thread nothing.
 */
import type { Clock } from '../ports/clock.ts'
import type { Model, ModelSink, ModelSource } from '../ports/model.ts'
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
        answer.close()
      }
    },
  }
}

/** In so long a rest several pieces come, and reading them one by one would be for nothing. */
const longRestMs = 80
/** What comes so soon after the source goes on had waited in it. */
const atOnceMs = 8

class GatheredAnswer implements ModelSink, Rester {
  readonly #sink: ModelSink
  readonly #pace: AnswerPace
  readonly #clock: Clock
  #text = ''
  /** When the oldest of it came. */
  #sinceMs = 0
  /** `ripe`: it may be told, and waits a little for the next piece to come along. */
  #pause: 'none' | 'resting' | 'ripe' = 'none'
  #source: ModelSource | null = null
  #isHeld = false
  /** How long the last hold was to be. */
  #holdMs = 0
  /** When it went on after the last hold. */
  #wentMs = Number.NEGATIVE_INFINITY

  constructor(sink: ModelSink, { pace, clock }: { pace: AnswerPace; clock: Clock }) {
    this.#sink = sink
    this.#pace = pace
    this.#clock = clock
    pace.enter()
  }

  from(source: ModelSource): void {
    this.#source = source
  }

  text(piece: string): void {
    const nowMs = this.#clock.now()
    const hadWaited = nowMs - this.#wentMs < atOnceMs
    // Of what waited in the source it is not known since when: about half of the hold.
    if (this.#text === '') this.#sinceMs = nowMs - (hadWaited ? this.#holdMs / 2 : 0)
    this.#text += piece
    if (this.#pause === 'none' && hadWaited) this.#ripen()
    else if (this.#pause !== 'resting' && !hadWaited) this.#tell()
  }

  reasoning(piece: string): void {
    this.#sink.reasoning?.(piece)
  }

  retrying(info: Parameters<ModelSink['retrying']>[0]): void {
    this.#sink.retrying(info)
  }

  /** Of the pace: a wait is over. */
  rested(): void {
    this.#go()
    if (this.#text === '') this.#pause = 'none'
    else if (this.#pause === 'resting') this.#ripen()
    else this.#tell()
  }

  /** At the end of the stream. */
  flush(): void {
    if (this.#text !== '') this.#tell()
  }

  /** Nothing is told any more, and nothing held: the connection may serve another call. */
  close(): void {
    this.#go()
    this.#pace.leave(this)
  }

  #ripen(): void {
    this.#pause = 'ripe'
    this.#pace.grace(this, this.#clock.now() - this.#sinceMs)
  }

  #tell(): void {
    const text = this.#text
    this.#text = ''
    this.#pause = 'resting'
    const restMs = this.#pace.rest(this)
    if (this.#source && restMs >= longRestMs) {
      this.#holdMs = restMs
      this.#isHeld = true
      this.#source.hold()
    }
    this.#sink.text(text, this.#sinceMs)
  }

  #go(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#wentMs = this.#clock.now()
    this.#source?.go()
  }
}
