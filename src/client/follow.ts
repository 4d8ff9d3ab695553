/**
 * Follows a session: the events after a cursor, then live, each once and in order, over any number of
 * reconnects, until the session is deleted or the server refuses for good. Used by the session view,
 * `events()` and `ask()`.
 */
import type { TRPCClient } from '@trpc/client'
import { parseCursor } from '../core/cursor.ts'
import type { SessionEvent } from '../core/events.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { AppRouter } from '../server/trpc/router.ts'
import { type AgentClientError, isAuthError, toClientError } from './errors.ts'
import { readEvent } from './read-event.ts'
import { retryDelayMs } from './retry-delay.ts'

export interface FollowContext {
  trpc: TRPCClient<AppRouter>
  clock: Clock
  random: () => number
  renewToken(): void
  signal: AbortSignal
}

/** Why a follow ended: the session was deleted, or an error that trying again does not cure. */
export type FollowEnd = { kind: 'gone' } | { kind: 'failed'; error: AgentClientError }

interface FollowOptions {
  sessionId: string
  /** Begins after this event; without one, at the first. */
  lastEventId: string | null
  onEvent(event: SessionEvent): void
  onEnd(end: FollowEnd): void
}

/** A token is asked for anew this often in a row before a refusal counts as final. */
const maxRenewals = 2

export class Follow {
  readonly #context: FollowContext
  readonly #options: FollowOptions
  #place: { id: string | null; epoch: string; seq: number }
  #failures = 0
  #renewals = 0
  #stopped = false
  #leave = () => {}

  constructor(context: FollowContext, options: FollowOptions) {
    this.#context = context
    this.#options = options
    const cursor = options.lastEventId === null ? null : parseCursor(options.lastEventId)
    this.#place = {
      id: options.lastEventId,
      epoch: cursor?.epoch ?? '',
      seq: cursor?.seq ?? 0,
    }
    this.#subscribe()
  }

  /** Of the last event that was passed on. */
  get lastEventId(): string | null {
    return this.#place.id
  }

  stop(): void {
    this.#stopped = true
    this.#leave()
    this.#leave = () => {}
  }

  #subscribe(): void {
    if (this.#stopped) return
    const { sessionId } = this.#options
    const { id } = this.#place
    let current = true
    const input = id === null ? { sessionId } : { sessionId, lastEventId: id }
    const subscription = this.#context.trpc.session.events.subscribe(input, {
      onData: ({ data }) => {
        if (current) this.#take(data)
      },
      onStopped: () => {
        if (current) void this.#onStopped()
      },
      onError: (cause) => {
        if (current) this.#onError(toClientError(cause))
      },
    })
    this.#leave = () => {
      current = false
      subscription.unsubscribe()
    }
  }

  #take(data: unknown): void {
    this.#failures = 0
    this.#renewals = 0
    const event = readEvent(data)
    if (!event) return
    const epoch = parseCursor(event.id)?.epoch ?? ''
    if (event.type === 'reset') {
      this.#place = { id: event.id, epoch, seq: 0 }
    } else {
      // After a reconnect the server may begin a little before what is here.
      if (epoch === this.#place.epoch && event.seq <= this.#place.seq) return
      this.#place = { id: event.id, epoch, seq: event.seq }
    }
    if (event.type !== 'unknown') this.#options.onEvent(event)
  }

  /** The server ended it: because the session is gone, or because the server goes. Ask which. */
  async #onStopped(): Promise<void> {
    const { trpc, signal } = this.#context
    try {
      await trpc.session.get.query({ sessionId: this.#options.sessionId }, { signal })
      this.#again(0)
    } catch (cause) {
      const error = toClientError(cause)
      if (this.#stopped) return
      if (error.reason === 'SESSION_NOT_FOUND') this.#end({ kind: 'gone' })
      else this.#onError(error)
    }
  }

  #onError(error: AgentClientError): void {
    if (this.#stopped || error.reason === 'CLOSED') return
    if (error.reason === 'SESSION_NOT_FOUND' || error.reason === 'INVALID_INPUT') {
      this.#end({ kind: 'failed', error })
      return
    }
    if (isAuthError(error)) {
      if (this.#renewals++ >= maxRenewals) {
        this.#end({ kind: 'failed', error })
        return
      }
      this.#context.renewToken()
    }
    this.#again(error.retryAfterMs ?? 0)
  }

  #again(leastMs: number): void {
    this.#leave()
    if (this.#stopped) return
    const { clock, random } = this.#context
    const delayMs = Math.max(leastMs, retryDelayMs(this.#failures++, random))
    this.#leave = clock.after(delayMs, () => this.#subscribe())
  }

  #end(end: FollowEnd): void {
    this.stop()
    this.#options.onEnd(end)
  }
}
