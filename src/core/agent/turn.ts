/**
 * One turn: from the query that is next to the one event that ends it (G7). A turn that a crash cut comes in
 * here again, and goes by the crash policy. Used by the turn runner.
 */
import { assertNever } from '../assert-never.ts'
import { ModelError } from '../errors.ts'
import type { Usage } from '../events.ts'
import type { RunningTurn, WaitingTurn } from '../folds/turn-queue.ts'
import type { Clock, Ids } from '../ports/clock.ts'
import type { Logger } from '../ports/log.ts'
import type { Meter } from '../ports/meter.ts'
import type { Model } from '../ports/model.ts'
import type { Lease, Spend, Store } from '../ports/store.ts'
import { AnswerWriter } from './answer-writer.ts'
import { budgetSentence, budgetWaitMs } from './budget.ts'
import { beginningOf, createContinuation } from './continuation.ts'
import { Halting } from './halting.ts'
import type { LiveSession } from './live-session.ts'
import { ModelCall, type Outcome } from './model-call.ts'
import { charsOf, messagesOf, promptFor } from './prompt.ts'
import { ReasoningWriter } from './reasoning-writer.ts'
import type { AgentSettings } from './settings.ts'
import type { Spending } from './spending.ts'
import { answered, failed, interrupted, stopped, type Telling } from './turn-end.ts'
import { TurnLog } from './turn-log.ts'

export interface TurnParts {
  store: Store
  model: Model
  clock: Clock
  ids: Ids
  log: Logger
  meter?: Meter
  settings: AgentSettings
  spending: Spending
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
      if (begun && (await this.#isWithinBudget(running))) await this.#attempt(running, '')
    })
  }

  /** What waited while the day's budget was used up ends without a call of the model. */
  async #isWithinBudget(running: RunningTurn): Promise<boolean> {
    const retryAfterMs = await budgetWaitMs(this.#parts, this.#live.record.userId)
    if (retryAfterMs === null) return true
    const detail = { retryable: true, retryAfterMs }
    const error = new ModelError('BUDGET_SPENT', budgetSentence, detail)
    const telling = { running, text: '', timestamp: this.#log.timestamp }
    await this.#log.finish(running, [failed(telling, error)])
    return false
  }

  /** Takes up a turn that somebody else began and did not end. */
  async resume(cut: RunningTurn): Promise<void> {
    const text = this.#live.transcript.find(cut.answerId)?.content ?? ''
    await this.#watched(cut, async () => {
      const telling = { running: cut, text, timestamp: this.#log.timestamp }
      // Nobody reported what the cut attempt used: what is known of it counts.
      const prompt = promptFor(this.#live.transcript, cut.queryId, this.#parts.settings)
      const spend = this.#spendOf(charsOf(messagesOf(prompt, '')) + text.length)
      if (cut.cancelled) return this.#stop(telling, { upstreamAborted: false, spend })
      if (this.#parts.settings.crashPolicy === 'stop') {
        return this.#log.finish(cut, [interrupted(telling, this.#live.model)], spend)
      }
      // A stop of the server is no fault of the turn: it does not count.
      if (cut.attempt - cut.letGo >= this.#parts.settings.maxAttempts) {
        const error = new ModelError('INTERNAL', ...tooOften)
        return this.#log.finish(cut, [failed(telling, error)], spend)
      }
      await this.#again({ ...cut, attempt: cut.attempt + 1 }, { text, spend })
    })
  }

  async #again(
    running: RunningTurn,
    { text, spend }: { text: string; spend: Spend },
  ): Promise<void> {
    const { crashPolicy } = this.#parts.settings
    const goesOn = crashPolicy === 'continue'
    const status = goesOn
      ? this.#log.status('continuing', running, 'Going on with the answer...')
      : this.#log.status('restarting', running, 'Starting the answer again...')
    const begun = await this.#log.change(() => ({ events: [status], spend }))
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
    const { clock, meter } = this.#parts
    const { queryId: replyTo, answerId: messageId, attempt } = running
    const writer = new AnswerWriter({
      clock,
      meter,
      answer: { messageId, replyTo, attempt },
      prefix,
      append: (events) => this.#log.append(events),
      onLost: () => this.#halting.halt('lost'),
    })
    const continuation = createContinuation(prefix)
    const reasoning = new ReasoningWriter({
      clock,
      append: (piece) => this.#log.append([this.#log.reasoning(running, piece)]),
    })
    const write = (fresh: string, sinceMs?: number) => {
      if (fresh !== '') writer.push(fresh, sinceMs)
    }
    const call = new ModelCall(this.#parts, {
      live: this.#live,
      log: this.#log,
      halting: this.#halting,
    })
    const outcome = await call.run(running, {
      prefix,
      text: (piece, sinceMs) => {
        reasoning.end()
        write(continuation.push(piece), sinceMs)
      },
      reasoning: (piece) => reasoning.push(piece),
    })
    await reasoning.close()
    write(continuation.end())
    const { sentChars } = call
    await this.#end(running, { outcome, writer, used: { sentChars, prefix } })
  }

  async #end(
    running: RunningTurn,
    {
      outcome,
      writer,
      used: { sentChars, prefix },
    }: { outcome: Outcome; writer: AnswerWriter; used: { sentChars: number; prefix: string } },
  ): Promise<void> {
    // What of the text is not committed yet.
    const rest = await writer.close()
    const cameChars = writer.text.length - prefix.length
    const spend = (usage?: Usage) => this.#spendOf(sentChars + cameChars, usage)
    const telling = { running, text: writer.text, timestamp: this.#log.timestamp }
    switch (outcome.kind) {
      case 'answered':
        return this.#log.finish(running, [answered(telling, outcome.end)], spend(outcome.end.usage))
      case 'failed': {
        const end = [...rest, failed(telling, outcome.error)]
        // A call that failed before its first token costs nobody anything.
        return this.#log.finish(running, end, cameChars > 0 ? spend() : undefined)
      }
      case 'halted':
        switch (outcome.why) {
          case 'lost':
            // Whoever took the session over counts this attempt; of a deleted one nobody else does.
            if (this.#live.deleted && sentChars > 0) await this.#parts.store.addSpend(spend())
            return
          case 'let-go': {
            const status = this.#log.status('queued', running, letGoSentence)
            // If that is possible now; the next start finds the turn also without it.
            await this.#log.append([...rest, status]).catch(() => undefined)
            return
          }
          case 'cancelled':
            return this.#stop(telling, {
              upstreamAborted: outcome.upstreamAborted,
              spend: sentChars > 0 ? spend() : undefined,
            })
          default:
            return assertNever(outcome.why)
        }
      default:
        return assertNever(outcome)
    }
  }

  #stop(
    telling: Telling,
    { upstreamAborted, spend }: { upstreamAborted: boolean; spend: Spend | undefined },
  ): Promise<void> {
    const { model } = this.#live
    const end = stopped(telling, { model, upstreamAborted })
    const status = this.#log.status('stopped', telling.running, 'Stopped.')
    return this.#log.finish(telling.running, [end, status], spend)
  }

  #spendOf(chars: number, usage?: Usage): Spend {
    const { model, record } = this.#live
    return this.#parts.spending.spendOf({ userId: record.userId, model, chars, usage })
  }
}

const letGoSentence = 'The server restarts. The answer goes on in a moment...'
const tooOften = [
  'The answer was interrupted too often. Ask again when the server is stable.',
  { retryable: true },
] as const
