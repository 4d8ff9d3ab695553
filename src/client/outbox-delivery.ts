/**
 * How entries of the outbox get to the server: one of a lane at a time, again and again, until each is acknowledged or
 * refused. Used by the outbox, which says what is in it.
 */
import type { Clock } from '../core/ports/clock.ts'
import { AgentClientError, isAuthError, toClientError } from './errors.ts'
import type { KeptEntries } from './kept-entries.ts'
import { afterFailure, fleetingMs } from './outbox-after-failure.ts'
import { isFleeting, type OutboxEntry, type OutboxReply } from './outbox-entry.ts'
import type { OutboxItem } from './outbox-item.ts'
import type { OutboxItems } from './outbox-items.ts'
import { isDone } from './outbox-queue-change.ts'

export interface DeliveryOptions {
  /** Sends an entry once. Rejects with whatever the call rejected with. */
  deliver(entry: OutboxEntry, signal: AbortSignal): Promise<OutboxReply>
  isConnected(): boolean
  /** The server did not take the token: connect with a fresh one. */
  renewToken(): void
  clock: Clock
  random: () => number
  signal: AbortSignal
}

interface Stock {
  items: OutboxItems
  kept: KeptEntries
}

export class OutboxDelivery {
  readonly #options: DeliveryOptions
  readonly #items: OutboxItems
  readonly #kept: KeptEntries
  /** Connections that opened. */
  #opened = 0

  constructor(options: DeliveryOptions, { items, kept }: Stock) {
    this.#options = options
    this.#items = items
    this.#kept = kept
  }

  /** It was put in, and is to be sent: kept over a restart, or given up when it is too late for it. */
  begin(item: OutboxItem): void {
    const { clock } = this.#options
    if (isFleeting(item.entry)) item.keepOn = clock.after(fleetingMs, () => this.#expire(item))
    else this.#kept.keep(item.entry)
  }

  /** Sends the first of a lane, if nothing of the lane is under way. */
  pump(lane: string): void {
    const { isConnected, signal } = this.#options
    if (signal.aborted || !isConnected()) return
    const first = this.#items.firstOf(lane)
    if (first?.now.state === 'waiting') void this.#send(first)
  }

  /**
   * Another connection is there. What a server refused because it stops was to wait for this one: nobody knows
   * beforehand how soon it comes.
   */
  reopened(): void {
    this.#opened++
    for (const item of this.#items.all) {
      if (item.now.state !== 'resting' || item.now.reason !== 'DRAINING') continue
      item.cancel()
      item.now = { state: 'waiting' }
      this.#items.tell(item)
    }
  }

  /** The server will never do it. A message stays, for its writer to see. */
  refuse(item: OutboxItem, error: AgentClientError): void {
    if (item.entry.kind !== 'query') {
      this.drop(item, error)
      return
    }
    const { reason, message } = error
    item.entry = { ...item.entry, refused: { reason, message } }
    item.now = { state: 'refused', reason, message }
    item.settle?.reject(error)
    item.settle = null
    this.#kept.keep(item.entry)
    this.#items.tell(item)
  }

  /** It is gone, and what is behind it goes on. */
  drop(item: OutboxItem, error: AgentClientError): void {
    item.cancel()
    item.keepOn()
    item.settle?.reject(error)
    this.#items.remove(item)
    this.#kept.forget(item.entry.id)
    this.#items.tell(item)
    this.pump(item.lane)
  }

  async #send(item: OutboxItem): Promise<void> {
    item.now = { state: 'sending' }
    const opened = this.#opened
    item.tries++
    item.cancel()
    this.#items.tell(item)
    try {
      this.#acknowledge(item, await this.#options.deliver(item.entry, this.#options.signal))
    } catch (cause) {
      if (this.#options.signal.aborted || !this.#items.all.includes(item)) return
      // Refused meanwhile: what its call came to is known.
      const isElsewhere = this.#opened > opened
      if (item.now.state === 'sending') this.#failed(item, toClientError(cause), isElsewhere)
    }
    this.pump(item.lane)
  }

  #acknowledge(item: OutboxItem, reply: OutboxReply): void {
    item.keepOn()
    item.settle?.resolve(reply)
    item.settle = null
    this.#kept.forget(item.entry.id)
    const isShown = item.entry.kind === 'query' || isDone(item.entry, reply)
    if ('seq' in reply && isShown) this.#items.keepSent(item, reply.seq)
    else this.#items.remove(item)
    this.#items.tell(item)
  }

  /** `isElsewhere`: another connection came meanwhile. */
  #failed(item: OutboxItem, error: AgentClientError, isElsewhere: boolean): void {
    const { clock, random, renewToken } = this.#options
    if (isAuthError(error)) renewToken()
    const next = afterFailure(item, error, { nowMs: clock.now(), random, isElsewhere })
    switch (next.step) {
      case 'refuse':
        return this.refuse(item, error)
      case 'drop':
        return this.drop(item, error)
      case 'rest':
        return this.#rest(item, error, next.ms)
    }
  }

  #rest(item: OutboxItem, { reason, message }: AgentClientError, ms: number): void {
    const { clock } = this.#options
    item.now = { state: 'resting', reason, message, untilMs: clock.now() + ms }
    item.cancel = clock.after(ms, () => {
      item.now = { state: 'waiting' }
      this.#items.tell(item)
      this.pump(item.lane)
    })
    this.#items.tell(item)
  }

  /** A fleeting command in flight may still be answered; one that waits is too late. */
  #expire(item: OutboxItem): void {
    if (item.now.state === 'sending') return
    this.drop(item, new AgentClientError('TIMED_OUT', { retryable: true }))
  }
}
