/**
 * What a turn writes, all of it under the session's lease: a process that lost the session writes nothing
 * more into it. Used by the turn and its parts.
 */
import { AgentError } from '../errors.ts'
import type { EventBody, StatusState } from '../events.ts'
import type { RunningTurn } from '../folds/turn-queue.ts'
import type { Clock } from '../ports/clock.ts'
import type { AppendResult, Lease, Spend, Store } from '../ports/store.ts'
import { timestampOf } from '../timestamp.ts'
import type { Halting } from './halting.ts'
import type { LiveSession, Plan } from './live-session.ts'
import type { Reasoning } from './reasoning-writer.ts'

/** Between tries to commit a turn's end while the store cannot write. */
const storeRetryMs = 500

export class TurnLog {
  readonly #ports: { store: Store; clock: Clock }
  readonly #live: LiveSession
  readonly #lease: Lease
  readonly #halting: Halting

  constructor(
    ports: { store: Store; clock: Clock },
    { live, lease, halting }: { live: LiveSession; lease: Lease; halting: Halting },
  ) {
    this.#ports = ports
    this.#live = live
    this.#lease = lease
    this.#halting = halting
  }

  get timestamp(): string {
    return timestampOf(this.#ports.clock.now())
  }

  /** Appends whatever was committed meanwhile. */
  append(events: EventBody[]): Promise<AppendResult> {
    const { sessionId, fence } = this.#lease
    return this.#ports.store.append({ sessionId, events, fence })
  }

  /** Appends, if `decide` still wants it. False where it did not, or the lease is lost. */
  async change(decide: () => Plan | null): Promise<boolean> {
    try {
      const { outcome } = await this.#live.change(() => {
        const plan = decide()
        return plan && { ...plan, fence: this.#lease.fence }
      })
      if (outcome === 'fenced') this.#halting.halt('lost')
      return outcome === 'appended'
    } catch (cause) {
      if (!(cause instanceof AgentError) || cause.reason !== 'SESSION_NOT_FOUND') throw cause
      this.#halting.halt('lost')
      return false
    }
  }

  /**
   * Commits the turn's end with what it cost, once, however long the store cannot write; `idle` follows where
   * nothing waits.
   */
  async finish({ answerId }: RunningTurn, end: EventBody[], spend?: Spend): Promise<void> {
    const answer = end.find((event) => event.type === 'response')
    while (this.#halting.why !== 'lost') {
      try {
        await this.change(() => {
          const { queue } = this.#live
          if (queue.running?.answerId !== answerId) return null
          return {
            events: queue.next() ? end : [...end, this.status('idle', null, 'Ready.')],
            ...(answer && { compact: { messageId: answer.messageId } }),
            ...(spend && { spend }),
          }
        })
        return
      } catch (cause) {
        if (!(cause instanceof AgentError) || cause.reason !== 'STORE_UNAVAILABLE') throw cause
        if (this.#halting.leaving) return
        await new Promise<void>((resolve) => this.#ports.clock.after(storeRetryMs, resolve))
      }
    }
  }

  reasoning(
    { queryId: messageId, answerId, attempt }: RunningTurn,
    reasoning: Reasoning,
  ): EventBody {
    const { timestamp } = this
    const [type, state, content] = ['status', 'thinking', 'Thinking...'] as const
    return { type, state, content, timestamp, messageId, answerId, attempt, reasoning }
  }

  status(state: StatusState, running: RunningTurn | null, content: string): EventBody {
    const { timestamp } = this
    if (!running) return { type: 'status', state, content, timestamp }
    const { queryId: messageId, answerId, attempt } = running
    return { type: 'status', state, content, timestamp, messageId, answerId, attempt }
  }
}
