/**
 * The outbox: what was asked for is kept, sent when connected, and sent again by its id until the
 * server has acknowledged it or refused it for good. The order within a session is kept. Used by the
 * client for every write that bears an id.
 */
import type { Priority } from '../core/events.ts'
import type { Clock } from '../core/ports/clock.ts'
import { AgentClientError, isAuthError, toClientError } from './errors.ts'
import { KeptEntries } from './kept-entries.ts'
import { afterFailure, fleetingMs } from './outbox-after-failure.ts'
import {
  isFleeting,
  type OutboxEntry,
  type OutboxInput,
  type OutboxKind,
  type OutboxReplies,
  type OutboxReply,
} from './outbox-entry.ts'
import type { OutboxItem, OutgoingMessage } from './outbox-item.ts'
import { OutboxItems } from './outbox-items.ts'
import { isDone, type QueueChange } from './outbox-queue-change.ts'
import type { OutboxStorage } from './outbox-storage.ts'
import { biggestField, bytesOf } from './outbox-weight.ts'

export interface OutboxOptions {
  storage: OutboxStorage
  /** Sends an entry once. Rejects with whatever the call rejected with. */
  deliver(entry: OutboxEntry, signal: AbortSignal): Promise<OutboxReply>
  /** There is something to send. */
  connect(): void
  isConnected(): boolean
  /** The server did not take the token: connect with a fresh one. */
  renewToken(): void
  clock: Clock
  random: () => number
  onError(error: unknown): void
  signal: AbortSignal
}

const tooLong = 'This message is too long for the server.'

export class Outbox {
  readonly #options: OutboxOptions
  readonly #items = new OutboxItems()
  readonly #kept: KeptEntries
  /** Connections that opened. */
  #opened = 0

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#kept = new KeptEntries(options.storage, options.onError)
    const unwatch = this.#kept.watch((id) => this.#removedElsewhere(id))
    options.signal.addEventListener('abort', () => {
      unwatch()
      this.#close()
    })
  }

  /** Calls `listener` with the session (null for none) whose entries changed. */
  onChange(listener: (sessionId: string | null) => void): () => void {
    return this.#items.changed.on(listener)
  }

  /** Keeps a request and sends it. Resolves with the server's answer, rejects once it is refused. */
  add<K extends OutboxKind>(kind: K, input: OutboxInput<K>, id: string): Promise<OutboxReplies[K]> {
    const { clock, signal } = this.#options
    if (signal.aborted) return Promise.reject(new AgentClientError('CLOSED'))
    const entry = { id, order: this.#items.nextOrder(clock.now()), kind, input } as OutboxEntry
    const reply = new Promise<OutboxReply>((resolve, reject) => {
      const item = this.#items.insert(entry, { resolve, reject })
      if (isFleeting(entry)) item.keepOn = clock.after(fleetingMs, () => this.#expire(item))
      else this.#kept.keep(entry)
      this.#items.tell(item)
      this.#options.connect()
      this.#pump(item.lane)
    })
    // Who sends and does not wait sees a refusal in the session's view.
    reply.catch(() => {})
    return reply as Promise<OutboxReplies[K]>
  }

  /** Takes up what storage has: left by an earlier load of the page, or by a tab that closed. */
  async load(): Promise<void> {
    const stored = await this.#kept.load()
    if (this.#options.signal.aborted) return
    const known = new Set(this.#items.all.map(({ entry }) => entry.id))
    for (const entry of stored) {
      if (!known.has(entry.id)) this.#items.tell(this.#items.insert(entry, null))
    }
    this.pumpAll()
  }

  /**
   * Another connection is there. What a server refused because it stops was to wait for this one: nobody knows
   * beforehand how soon it comes.
   */
  readonly reopened = (): void => {
    this.#opened++
    for (const item of this.#items.all) {
      if (item.now.state !== 'resting' || item.now.reason !== 'DRAINING') continue
      item.cancel()
      item.now = { state: 'waiting' }
      this.#items.tell(item)
    }
  }

  /** Sends what waits: the connection is there. */
  pumpAll(): void {
    for (const lane of this.#items.lanes) this.#pump(lane)
  }

  /** The connection came or went: what waits shows it. */
  readonly tellAll = (): void => this.#items.tellAll()

  /**
   * The server ended the connection because of a frame that is too big. The biggest entry under way is
   * to blame: sent again, it would end the next connection too.
   */
  readonly refuseBiggest = (): void => {
    const sending = this.#items.all.filter(({ now }) => now.state === 'sending')
    const [biggest] = sending.toSorted((a, b) => bytesOf(b.entry) - bytesOf(a.entry))
    if (!biggest) return
    const fields = { [biggestField(biggest.entry)]: 'is too long' }
    this.#refuse(biggest, new AgentClientError('INVALID_INPUT', { message: tooLong, fields }))
  }

  /** The messages of a session that are not in its log yet. */
  outgoing(sessionId: string): { item: OutboxItem; message: OutgoingMessage }[] {
    return this.#items.outgoing(sessionId, this.#options.isConnected())
  }

  /** Changes of a session's queue that its view does not show yet, in their order. */
  queueChanges(sessionId: string): { item: OutboxItem; change: QueueChange }[] {
    return this.#items.queueChanges(sessionId)
  }

  /** Forgets what was acknowledged and a view of the session shows. */
  shown(ids: readonly string[]): void {
    this.#items.shown(ids)
  }

  /** Takes back what was never sent, or was refused. False where the server may have it. */
  discard(id: string): boolean {
    const item = this.#items.find(id)
    if (!item || (item.now.state !== 'refused' && item.tries > 0)) return false
    this.#drop(item, new AgentClientError('WITHDRAWN'))
    return true
  }

  /** Changes a message that was never sent. False where the server may have it. */
  revise(id: string, change: { content?: string; priority?: Priority }): boolean {
    const item = this.#items.find(id)
    if (item?.entry.kind !== 'query' || item.now.state !== 'waiting' || item.tries > 0) return false
    item.entry = { ...item.entry, input: { ...item.entry.input, ...change } }
    this.#kept.keep(item.entry)
    this.#items.tell(item)
    return true
  }

  /** What a refused message asked for, so that it can be sent anew; null where there is none. */
  refused(id: string): OutboxInput<'query'> | null {
    const item = this.#items.find(id)
    return item?.now.state === 'refused' && item.entry.kind === 'query' ? item.entry.input : null
  }

  /** Sends the first of a lane, if nothing of the lane is under way. */
  #pump(lane: string): void {
    const { isConnected, signal } = this.#options
    if (signal.aborted || !isConnected()) return
    const first = this.#items.firstOf(lane)
    if (first?.now.state === 'waiting') void this.#send(first)
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
    this.#pump(item.lane)
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
        return this.#refuse(item, error)
      case 'drop':
        return this.#drop(item, error)
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
      this.#pump(item.lane)
    })
    this.#items.tell(item)
  }

  #refuse(item: OutboxItem, error: AgentClientError): void {
    if (item.entry.kind !== 'query') {
      this.#drop(item, error)
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

  /** A fleeting command in flight may still be answered; one that waits is too late. */
  #expire(item: OutboxItem): void {
    if (item.now.state === 'sending') return
    this.#drop(item, new AgentClientError('TIMED_OUT', { retryable: true }))
  }

  #drop(item: OutboxItem, error: AgentClientError): void {
    item.cancel()
    item.keepOn()
    item.settle?.reject(error)
    this.#items.remove(item)
    this.#kept.forget(item.entry.id)
    this.#items.tell(item)
    this.#pump(item.lane)
  }

  /** Another tab got the answer. Ours is let go, unless someone here waits for it: it is asked again. */
  #removedElsewhere(id: string): void {
    const item = this.#items.find(id)
    if (!item || item.settle || item.now.state === 'sending' || item.now.state === 'sent') return
    this.#drop(item, new AgentClientError('CLOSED'))
  }

  #close(): void {
    for (const item of this.#items.all) {
      item.cancel()
      item.keepOn()
      item.settle?.reject(new AgentClientError('CLOSED'))
      item.settle = null
    }
  }
}
