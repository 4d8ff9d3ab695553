/**
 * What a turn has of the model: one answer to the prompt, or, where the model finds the prompt too long, to
 * half of it. Used by the turn.
 */
import { ModelError } from '../errors.ts'
import type { RunningTurn } from '../folds/turn-queue.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/log.ts'
import type { Model, ModelEnd, ModelRequest } from '../ports/model.ts'
import type { Halt, Halting } from './halting.ts'
import type { LiveSession } from './live-session.ts'
import { charsOf, messagesOf, type Prompt, promptFor, shortened } from './prompt.ts'
import type { AgentSettings } from './settings.ts'
import type { TurnLog } from './turn-log.ts'

/** How it came out. */
export type Outcome =
  | { kind: 'answered'; end: ModelEnd }
  | { kind: 'failed'; error: ModelError }
  | { kind: 'halted'; why: Halt; upstreamAborted: boolean }

export interface ModelCallParts {
  model: Model
  clock: Clock
  log: Logger
  settings: AgentSettings
}

/** Who is told what the model says. */
interface Heard {
  text: (piece: string, sinceMs?: number) => void
  reasoning: (piece: string) => void
}

/** What a model gets to come back in when it is told to stop. */
const stopMs = 2000

export class ModelCall {
  readonly #parts: ModelCallParts
  readonly #live: LiveSession
  readonly #log: TurnLog
  readonly #halting: Halting
  /** What the model was sent last, in UTF-16 units; 0 where it was not called. */
  sentChars = 0
  /** Statuses that are being appended while the model is called. */
  #notes: Promise<unknown> = Promise.resolve()

  constructor(
    parts: ModelCallParts,
    { live, log, halting }: { live: LiveSession; log: TurnLog; halting: Halting },
  ) {
    this.#parts = parts
    this.#live = live
    this.#log = log
    this.#halting = halting
  }

  /** `prefix` is what the answer begins with already; `text` is told each piece that follows it. */
  async run(
    running: RunningTurn,
    { prefix, text, reasoning }: { prefix: string } & Heard,
  ): Promise<Outcome> {
    const prompt = promptFor(this.#live.transcript, running.queryId, this.#parts.settings)
    let hasSpoken = false
    const heard = (piece: string, sinceMs?: number) => {
      hasSpoken = true
      text(piece, sinceMs)
    }
    const call = (asked: Prompt) =>
      this.#call(running, {
        request: this.#request(asked, prefix),
        text: heard,
        reasoning,
      })
    let outcome = await call(prompt)
    // After the first piece it would be a second answer behind the beginning of the first.
    if (isTooLong(outcome) && !hasSpoken && prompt.history.length > 0) {
      const shorter = shortened(prompt)
      const dropped = prompt.history.length - shorter.history.length
      this.#note(running, tooLongSentence(dropped))
      outcome = await call(shorter)
    }
    await this.#notes
    return outcome
  }

  async #call(
    running: RunningTurn,
    { request, text, reasoning }: { request: ModelRequest } & Heard,
  ): Promise<Outcome> {
    if (this.#halting.why) return this.#halted(this.#halting.why, false)
    let over = false
    const sink = {
      text: (piece: string, sinceMs?: number) => {
        if (!over) text(piece, sinceMs)
      },
      reasoning: (piece: string) => {
        if (!over) reasoning(piece)
      },
      retrying: ({ attempt, delayMs }: { attempt: number; delayMs: number }) => {
        if (!over) this.#note(running, retrySentence(attempt, delayMs))
      },
    }
    this.sentChars = charsOf(request.messages)
    try {
      const answer = this.#parts.model.answer(request, sink, this.#halting.signal)
      return { kind: 'answered', end: await this.#unlessDeaf(answer) }
    } catch (cause) {
      if (this.#halting.why) return this.#halted(this.#halting.why, cause !== deaf)
      if (cause instanceof ModelError) return { kind: 'failed', error: cause }
      const { sessionId } = this.#live
      this.#parts.log.error({ sessionId, err: cause }, 'a turn failed unexpectedly')
      const sentence = 'Something went wrong on our side. Try again.'
      return { kind: 'failed', error: new ModelError('INTERNAL', sentence, { retryable: true }) }
    } finally {
      over = true
    }
  }

  /** Time-outs are the adapter's; here a model that ignores its signal does not keep a turn that was halted. */
  async #unlessDeaf(answer: Promise<ModelEnd>): Promise<ModelEnd> {
    const { signal } = this.#halting
    const late = Promise.withResolvers<never>()
    let callOff = () => {}
    const onAbort = () => {
      callOff = this.#parts.clock.after(stopMs, () => late.reject(deaf))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([answer, late.promise])
    } finally {
      callOff()
      signal.removeEventListener('abort', onAbort)
    }
  }

  #request(prompt: Prompt, prefix: string): ModelRequest {
    const { settings } = this.#parts
    const { model, record } = this.#live
    return {
      model,
      fallbacks: settings.models.slice(settings.models.indexOf(model) + 1),
      messages: messagesOf(prompt, prefix),
      temperature: settings.temperature,
      maxTokens: settings.maxTokens,
      sessionId: record.sessionId,
      userId: record.userId,
    }
  }

  #halted(why: Halt, upstreamAborted: boolean): Outcome {
    return { kind: 'halted', why, upstreamAborted }
  }

  #note(running: RunningTurn, content: string): void {
    const note = this.#log.append([this.#log.status('retrying', running, content)])
    this.#notes = note.catch(() => undefined)
  }
}

/** What a model is, that was told to stop and did not. */
const deaf = new Error('the model did not stop')

function isTooLong(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.error.code === 'CONTEXT_TOO_LONG'
}

function retrySentence(attempt: number, delayMs: number): string {
  return `The model did not answer. Trying again in ${Math.ceil(delayMs / 1000)} s (try ${attempt + 1})...`
}

function tooLongSentence(dropped: number): string {
  const oldest = dropped === 1 ? 'its oldest message' : `its ${dropped} oldest messages`
  return `The conversation is too long for the model. Trying again without ${oldest}...`
}
