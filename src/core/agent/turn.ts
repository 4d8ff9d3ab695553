/**
 * One turn: from the query that is next to the one event that ends it (G7). A turn that a crash cut comes in
 * here again, and goes by the crash policy. Used by the turn runner.
 */
import { assertNever } from '../assert-never.ts'
import { ModelError } from '../errors.ts'
import type { RunningTurn, WaitingTurn } from '../folds/turn-queue.ts'
import type { Clock, Ids } from '../ports/clock.ts'
import type { Logger } from '../ports/log.ts'
import type { Model } from '../ports/model.ts'
import type { Lease, Store } from '../ports/store.ts'
import type { AnswerPace } from './answer-pace.ts'
import { AnswerWriter } from './answer-writer.ts'
import { beginningOf, createContinuation } from './continuation.ts'
import { Halting } from './halting.ts'
import type { LiveSession } from './live-session.ts'
import { ModelCall, type Outcome } from './model-call.ts'
import type { AgentSettings } from './settings.ts'
import { answered, failed, interrupted, stopped, type Telling } from './turn-end.ts'
import { TurnLog } from './turn-log.ts'

export interface TurnParts {
  store: Store
  model: Model
  clock: Clock
  ids: Ids
  log: Logger
  settings: AgentSettings
  pace: AnswerPace
}

export class Turn {
  readonly #parts: TurnParts
  readonly #live: LiveSession
  readonly #halting = new Halting()
  readonly #log: TurnLog

  constructor(parts: TurnParts, live: LiveSession, lease: Lease) {
    this.#parts = parts
    this.#live = live
    this.#log = new TurnLog(parts, { live, lease, halting: this.#halting })
  }

  /** Whether the session is another's now, or gone: its queue is not ours to run. */
  get lost(): boolean {
    return this.#halting.why === 'lost'
  }

  /** Ends the turn early: `let-go` leaves it to be taken up again, `lost` writes nothing more. */
  halt(why: 'let-go' | 'lost'): void {
    this.#halting.halt(why)
  }

  /** Runs the turn that is next in the queue; where that changed meanwhile, it does nothing. */
  async run(next: WaitingTurn): Promise<void> {
    const answerId = this.#parts.ids.random()
    const running = { queryId: next.queryId, answerId, attempt: 1, letGo: 0, cancelled: false }
    await this.#watched(running, async () => {
      const begun = await this.#log.change(() =>
        this.#live.queue.next() === next && !this.#live.queue.running
          ? { events: [this.#log.status('thinking', running, 'Thinking...')] }
          : null,
      )
      if (begun) await this.#attempt(running, '')
    })
  }

  /** Takes up a turn that somebody else began and did not end. */
  async resume(cut: RunningTurn): Promise<void> {
    const text = this.#live.transcript.find(cut.answerId)?.content ?? ''
    await this.#watched(cut, async () => {
      const telling = { running: cut, text, timestamp: this.#log.timestamp }
      if (cut.cancelled) return this.#stop(telling, false)
      if (this.#parts.settings.crashPolicy === 'stop') {
        return this.#log.finish(cut, [interrupted(telling, this.#live.model)])
      }
      // A stop of the server is no fault of the turn: it does not count.
      if (cut.attempt - cut.letGo >= this.#parts.settings.maxAttempts) {
        return this.#log.finish(cut, [failed(telling, new ModelError('INTERNAL', ...tooOften))])
      }
      await this.#again({ ...cut, attempt: cut.attempt + 1 }, text)
    })
  }

  async #again(running: RunningTurn, text: string): Promise<void> {
    const { crashPolicy } = this.#parts.settings
    const goesOn = crashPolicy === 'continue'
    const status = goesOn
      ? this.#log.status('continuing', running, 'Going on with the answer...')
      : this.#log.status('restarting', running, 'Starting the answer again...')
    const begun = await this.#log.change(() => ({ events: [status] }))
    if (begun) await this.#attempt(running, goesOn ? beginningOf(text) : '')
  }

  /** Runs `work` with an eye on the log: a `cancel` may come from any tab, over any server. */
  async #watched({ answerId }: RunningTurn, work: () => Promise<void>): Promise<void> {
    const unwatch = this.#live.observe({
      event: () => {
        const { running } = this.#live.queue
        if (running?.answerId === answerId && running.cancelled) this.#halting.halt('cancelled')
      },
      deleted: () => this.#halting.halt('lost'),
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
      append: (events) => this.#log.append(events),
      onLost: () => this.#halting.halt('lost'),
    })
    const continuation = createContinuation(prefix)
    const write = (fresh: string) => {
      if (fresh !== '') writer.push(fresh)
    }
    const call = new ModelCall(this.#parts, {
      live: this.#live,
      log: this.#log,
      halting: this.#halting,
    })
    const outcome = await call.run(running, {
      prefix,
      text: (piece) => write(continuation.push(piece)),
    })
    write(continuation.end())
    await this.#end(running, { outcome, writer })
  }

  async #end(
    running: RunningTurn,
    { outcome, writer }: { outcome: Outcome; writer: AnswerWriter },
  ): Promise<void> {
    // What of the text is not committed yet.
    const rest = await writer.close()
    const telling = { running, text: writer.text, timestamp: this.#log.timestamp }
    switch (outcome.kind) {
      case 'answered':
        return this.#log.finish(running, [answered(telling, outcome.end)])
      case 'failed':
        return this.#log.finish(running, [...rest, failed(telling, outcome.error)])
      case 'halted':
        switch (outcome.why) {
          case 'lost':
            return
          case 'let-go': {
            const status = this.#log.status('queued', running, letGoSentence)
            // If that is possible now; the next start finds the turn also without it.
            await this.#log.append([...rest, status]).catch(() => undefined)
            return
          }
          case 'cancelled':
            return this.#stop(telling, outcome.upstreamAborted)
          default:
            return assertNever(outcome.why)
        }
      default:
        return assertNever(outcome)
    }
  }

  #stop(telling: Telling, upstreamAborted: boolean): Promise<void> {
    const { model } = this.#live
    const end = stopped(telling, { model, upstreamAborted })
    return this.#log.finish(telling.running, [
      end,
      this.#log.status('stopped', telling.running, 'Stopped.'),
    ])
  }
}

const letGoSentence = 'The server restarts. The answer goes on in a moment...'
const tooOften = [
  'The answer was interrupted too often. Ask again when the server is stable.',
  { retryable: true },
] as const
