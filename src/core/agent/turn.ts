/**
 * One turn: from the query that is next to the one event that ends it (G7). It appends under the session's
 * lease, so that a process that lost the session writes nothing more into it.
 * A turn that a crash cut comes in here again, and goes by the crash policy. Used by the turn runner.
 */
import { assertNever } from '../assert-never.ts'
import { AgentError, ModelError } from '../errors.ts'
import type { EventBody, LogEvent } from '../events.ts'
import type { RunningTurn, WaitingTurn } from '../folds/turn-queue.ts'
import type { Clock, Ids } from '../ports/clock.ts'
import type { Logger } from '../ports/log.ts'
import type { Model, ModelEnd, ModelRequest } from '../ports/model.ts'
import type { AppendResult, Lease, Store } from '../ports/store.ts'
import type { AnswerPace } from './answer-pace.ts'
import { AnswerWriter } from './answer-writer.ts'
import type { LiveSession, Plan } from './live-session.ts'
import { promptFor } from './prompt.ts'
import type { AgentSettings } from './settings.ts'

export interface TurnParts {
  store: Store
  model: Model
  clock: Clock
  ids: Ids
  log: Logger
  settings: AgentSettings
  pace: AnswerPace
}

/** Between tries to commit a turn's end while the store cannot write. */
const storeRetryMs = 500

/** Why a turn stops before its model has finished. */
type Halt =
  /** A `cancel` is in the log. */
  | 'cancelled'
  /** The process stops: the turn goes on elsewhere, or at the next start. */
  | 'let-go'
  /** Another process has the session, or the session is deleted. */
  | 'lost'

/** How one call of the model came out. */
type Outcome =
  | { kind: 'answered'; end: ModelEnd }
  | { kind: 'failed'; error: ModelError }
  | { kind: 'halted'; why: Halt; upstreamAborted: boolean }

export class Turn {
  readonly #parts: TurnParts
  readonly #live: LiveSession
  readonly #lease: Lease
  readonly #stop = new AbortController()
  #halted: Halt | null = null
  /** The process stops: nothing is tried again. */
  #leaving = false
  /** Statuses that are being appended while the model is called. */
  #notes: Promise<unknown> = Promise.resolve()

  constructor(parts: TurnParts, live: LiveSession, lease: Lease) {
    this.#parts = parts
    this.#live = live
    this.#lease = lease
  }

  /** Whether the session is another's now, or gone: its queue is not ours to run. */
  get lost(): boolean {
    return this.#halted === 'lost'
  }

  /** Ends the turn early: `let-go` leaves it to be taken up again, `lost` writes nothing more. */
  halt(why: 'let-go' | 'lost'): void {
    if (why === 'let-go') this.#leaving = true
    this.#halt(why)
  }

  /** Runs the turn that is next in the queue; where that changed meanwhile, it does nothing. */
  async run(next: WaitingTurn): Promise<void> {
    const { ids } = this.#parts
    const running = { queryId: next.queryId, answerId: ids.random(), attempt: 1, cancelled: false }
    await this.#watched(running, async () => {
      const begun = await this.#change(() =>
        this.#live.queue.next() === next && !this.#live.queue.running
          ? { events: [this.#status('thinking', running, 'Thinking...')] }
          : null,
      )
      if (begun) await this.#attempt(running, '')
    })
  }

  /** Takes up a turn that somebody else began and did not end. */
  async resume(cut: RunningTurn): Promise<void> {
    const running = { ...cut, attempt: cut.attempt + 1 }
    const text = this.#live.transcript.find(cut.answerId)?.content ?? ''
    await this.#watched(running, async () => {
      if (cut.cancelled) {
        const outcome = { kind: 'halted', why: 'cancelled', upstreamAborted: false } as const
        return this.#end(cut, outcome, { text, rest: [] })
      }
      const { crashPolicy, maxAttempts } = this.#parts.settings
      if (crashPolicy === 'stop') return this.#interrupt(cut, text)
      if (running.attempt > maxAttempts) return this.#giveUp(cut)
      switch (crashPolicy) {
        case 'restart': {
          const status = this.#status('restarting', running, 'Starting the answer again...')
          if (await this.#change(() => ({ events: [status] }))) await this.#attempt(running, '')
          return
        }
        case 'continue': {
          const status = this.#status('continuing', running, 'Going on with the answer...')
          if (await this.#change(() => ({ events: [status] }))) await this.#attempt(running, text)
          return
        }
        default:
          return assertNever(crashPolicy)
      }
    })
  }

  /** Runs `work` with an eye on the log: a `cancel` may come from any tab, over any server. */
  async #watched(running: RunningTurn, work: () => Promise<void>): Promise<void> {
    const unwatch = this.#live.observe({
      event: (event) => {
        if (isCancel(event) && this.#live.queue.running?.answerId === running.answerId) {
          this.#halt('cancelled')
        }
      },
      deleted: () => this.#halt('lost'),
    })
    try {
      await work()
    } finally {
      unwatch()
    }
  }

  async #attempt(running: RunningTurn, prefix: string): Promise<void> {
    const { clock, pace } = this.#parts
    const { queryId: replyTo, answerId: messageId, attempt } = running
    const writer = new AnswerWriter({
      pace,
      clock,
      answer: { messageId, replyTo, attempt },
      prefix,
      append: (events) => this.#append(events),
      onLost: () => this.#halt('lost'),
    })
    const outcome = await this.#call(running, prefix, writer)
    await this.#notes
    const rest = await writer.close()
    await this.#end(running, outcome, { text: writer.text, rest })
  }

  async #call(running: RunningTurn, prefix: string, writer: AnswerWriter): Promise<Outcome> {
    const { model, log } = this.#parts
    const { signal } = this.#stop
    if (this.#halted) return { kind: 'halted', why: this.#halted, upstreamAborted: false }
    try {
      const sink = {
        text: (piece: string) => writer.push(piece),
        retrying: (info: { attempt: number; delayMs: number }) => this.#note(running, info),
      }
      return {
        kind: 'answered',
        end: await model.answer(this.#request(running, prefix), sink, signal),
      }
    } catch (cause) {
      if (this.#halted) return { kind: 'halted', why: this.#halted, upstreamAborted: true }
      if (cause instanceof ModelError) return { kind: 'failed', error: cause }
      const { sessionId } = this.#live
      log.error({ sessionId, err: cause }, 'a turn failed unexpectedly')
      const sentence = 'Something went wrong on our side. Try again.'
      return { kind: 'failed', error: new ModelError('INTERNAL', sentence, { retryable: true }) }
    }
  }

  #request(running: RunningTurn, prefix: string): ModelRequest {
    const { settings } = this.#parts
    const { transcript, model, record } = this.#live
    const messages = promptFor(transcript, running.queryId, settings)
    if (prefix) messages.push({ role: 'assistant', content: prefix })
    return {
      model,
      fallbacks: settings.models.slice(settings.models.indexOf(model) + 1),
      messages,
      temperature: settings.temperature,
      maxTokens: settings.maxTokens,
      sessionId: record.sessionId,
      userId: record.userId,
    }
  }

  #note(running: RunningTurn, { attempt, delayMs }: { attempt: number; delayMs: number }): void {
    const content = `The model did not answer. Trying again in ${Math.ceil(delayMs / 1000)} s (try ${attempt + 1})...`
    this.#notes = this.#append([this.#status('retrying', running, content)]).catch(() => undefined)
  }

  /** `rest` says what of `text` is not committed yet. */
  async #end(
    running: RunningTurn,
    outcome: Outcome,
    { text, rest }: { text: string; rest: EventBody[] },
  ): Promise<void> {
    const { queryId: replyTo, answerId: messageId, attempt } = running
    const response = { type: 'response', messageId, replyTo, attempt, content: text } as const
    switch (outcome.kind) {
      case 'answered': {
        const { finishReason, model, usage } = outcome.end
        const { timestamp } = this.#stamp()
        return this.#finish(running, [
          { ...response, model, finishReason, timestamp, ...(usage && { usage }) },
        ])
      }
      case 'failed':
        return this.#fail(running, outcome.error, rest)
      case 'halted': {
        if (outcome.why === 'lost') return
        if (outcome.why === 'let-go') return this.#leave(rest)
        const { upstreamAborted } = outcome
        const { timestamp } = this.#stamp()
        const finishReason = 'cancelled'
        return this.#finish(running, [
          { ...response, model: this.#live.model, finishReason, upstreamAborted, timestamp },
          this.#status('stopped', running, 'Stopped.'),
        ])
      }
      default:
        return assertNever(outcome)
    }
  }

  /** Commits what there is to go on from, if that is possible now. */
  async #leave(rest: EventBody[]): Promise<void> {
    if (rest.length > 0) await this.#append(rest).catch(() => undefined)
  }

  #interrupt(cut: RunningTurn, content: string): Promise<void> {
    const { queryId: replyTo, answerId: messageId, attempt } = cut
    const { model } = this.#live
    const { timestamp } = this.#stamp()
    const finishReason = 'interrupted'
    return this.#finish(cut, [
      { type: 'response', messageId, replyTo, attempt, content, model, finishReason, timestamp },
    ])
  }

  #giveUp(cut: RunningTurn): Promise<void> {
    const sentence = 'The answer was interrupted too often. Ask again when the server is stable.'
    return this.#fail(cut, new ModelError('INTERNAL', sentence, { retryable: true }), [])
  }

  #fail(running: RunningTurn, error: ModelError, rest: EventBody[]): Promise<void> {
    const { queryId: messageId, answerId, attempt } = running
    const { code, retryable, retryAfterMs, message: content } = error
    const { timestamp } = this.#stamp()
    const retry = retryAfterMs === undefined ? {} : { retryAfterMs }
    return this.#finish(running, [
      ...rest,
      {
        type: 'error',
        code,
        content,
        messageId,
        answerId,
        attempt,
        retryable,
        timestamp,
        ...retry,
      },
    ])
  }

  /**
   * Commits the turn's end, once, however long the store cannot write; `idle` follows where nothing waits.
   */
  async #finish({ answerId }: RunningTurn, end: EventBody[]): Promise<void> {
    const answer = end.find((event) => event.type === 'response')
    while (this.#halted !== 'lost') {
      try {
        await this.#change(() => {
          const { queue } = this.#live
          if (queue.running?.answerId !== answerId) return null
          return {
            events: queue.next() ? end : [...end, this.#status('idle', null, 'Ready.')],
            ...(answer && { compact: { messageId: answer.messageId } }),
          }
        })
        return
      } catch (cause) {
        if (!(cause instanceof AgentError) || cause.reason !== 'STORE_UNAVAILABLE') throw cause
        if (this.#leaving) return
        await new Promise<void>((resolve) => this.#parts.clock.after(storeRetryMs, resolve))
      }
    }
  }

  /** Appends under the lease, if `decide` still wants it. False where it did not, or the lease is lost. */
  async #change(decide: () => Plan | null): Promise<boolean> {
    try {
      const { outcome } = await this.#live.change(() => {
        const plan = decide()
        return plan && { ...plan, fence: this.#lease.fence }
      })
      if (outcome === 'fenced') this.#halt('lost')
      return outcome === 'appended'
    } catch (cause) {
      if (!(cause instanceof AgentError) || cause.reason !== 'SESSION_NOT_FOUND') throw cause
      this.#halt('lost')
      return false
    }
  }

  #append(events: EventBody[]): Promise<AppendResult> {
    const { sessionId, fence } = this.#lease
    return this.#parts.store.append({ sessionId, events, fence })
  }

  #status(
    state: Extract<LogEvent, { type: 'status' }>['state'],
    running: RunningTurn | null,
    content: string,
  ): EventBody {
    const of = running && {
      messageId: running.queryId,
      answerId: running.answerId,
      attempt: running.attempt,
    }
    return { type: 'status', state, content, ...this.#stamp(), ...of }
  }

  #stamp(): { timestamp: string } {
    return { timestamp: new Date(this.#parts.clock.now()).toISOString() }
  }

  /** The first reason stays, but for a lost session: that one rules out any further write. */
  #halt(why: Halt): void {
    if (this.#halted === 'lost') return
    if (this.#halted && why !== 'lost') return
    this.#halted = why
    this.#stop.abort(new Error(`the turn was ${why}`))
  }
}

function isCancel(event: LogEvent): boolean {
  return event.type === 'command' && event.name === 'cancel'
}
