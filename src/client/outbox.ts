/**
 * The outbox: what was asked for is kept, sent when connected, and sent again by its id until the
 * server has acknowledged it or refused it for good. The order within a session is kept. Used by the
 * client for every write that bears an id.
 */
import type { Priority } from '../core/events.ts'
import type { Clock } from '../core/ports/clock.ts'
import { AgentClientError, isAuthError, toClientError } from './errors.ts'
import { Emitter } from './observable.ts'
import {
  isFleeting,
  laneOf,
  type OutboxEntry,
  type OutboxInput,
  type OutboxKind,
  type OutboxReplies,
  type OutboxReply,
  sessionOf,
} from './outbox-entry.ts'
import { type OutboxItem, type OutgoingMessage, outgoingOf } from './outbox-item.ts'
import { isDone, type QueueChange, queueChangeOf } from './outbox-queue-change.ts'
import type { OutboxStorage } from './outbox-storage.ts'
import { retryDelayMs } from './retry-delay.ts'

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

/** How long a fleeting command may wait to be sent. */
const fleetingMs = 15_000
/** An unexpected error of the server may pass, but is not asked for ever. */
const maxInternalTries = 5
/** Acknowledged messages and changes of the queue that a view has not shown yet. */
const maxSent = 100

const tooLong = 'This message is too long for the server.'

export class Outbox {
  readonly #options: OutboxOptions
  /** In the order of `order`. */
  #items: OutboxItem[] = []
  #lastOrder = 0
  /** Connections that opened. */
  #opened = 0
  readonly #changed = new Emitter<string | null>()

  constructor(options: OutboxOptions) {
    this.#options = options
    const unwatch = options.storage.watch?.((id) => this.#removedElsewhere(id))
    options.signal.addEventListener('abort', () => {
      unwatch?.()
      this.#close()
    })
  }

  /** Calls `listener` with the session (null for none) whose entries changed. */
  onChange(listener: (sessionId: string | null) => void): () => void {
    return this.#changed.on(listener)
  }

  /** Keeps a request and sends it. Resolves with the server's answer, rejects once it is refused. */
  add<K extends OutboxKind>(kind: K, input: OutboxInput<K>, id: string): Promise<OutboxReplies[K]> {
    const { clock, signal } = this.#options
    if (signal.aborted) return Promise.reject(new AgentClientError('CLOSED'))
    this.#lastOrder = Math.max(clock.now(), this.#lastOrder + 1)
    const entry = { id, order: this.#lastOrder, kind, input } as OutboxEntry
    const reply = new Promise<OutboxReply>((resolve, reject) => {
      const item = this.#insert(entry, { resolve, reject })
      if (isFleeting(entry)) {
        item.keepOn = clock.after(fleetingMs, () => this.#expire(item))
      } else {
        this.#keep(entry)
      }
      this.#tell(item)
      this.#options.connect()
      this.#pump(item.lane)
    })
    // Who sends and does not wait sees a refusal in the session's view.
    reply.catch(() => {})
    return reply as Promise<OutboxReplies[K]>
  }

  /** Takes up what storage has: left by an earlier load of the page, or by a tab that closed. */
  async load(): Promise<void> {
    try {
      const stored = await this.#options.storage.load()
      if (this.#options.signal.aborted) return
      const known = new Set(this.#items.map(({ entry }) => entry.id))
      const found = stored.filter(({ id }) => !known.has(id))
      for (const entry of found.toSorted((a, b) => a.order - b.order)) {
        this.#tell(this.#insert(entry, null))
      }
    } catch (cause) {
      this.#options.onError(cause)
    }
    this.pumpAll()
  }

  /**
   * Another connection is there. What a server refused because it stops was to wait for this one: nobody knows
   * beforehand how soon it comes.
   */
  readonly reopened = (): void => {
    this.#opened++
    for (const item of this.#items) {
      if (item.now.state !== 'resting' || item.now.reason !== 'DRAINING') continue
      item.cancel()
      item.now = { state: 'waiting' }
      this.#tell(item)
    }
  }

  /** Sends what waits: the connection is there. */
  pumpAll(): void {
    for (const lane of new Set(this.#items.map((item) => item.lane))) this.#pump(lane)
  }

  /** The connection came or went: what waits shows it. */
  readonly tellAll = (): void => {
    for (const sessionId of new Set(this.#items.map(({ entry }) => sessionOf(entry)))) {
      this.#changed.emit(sessionId)
    }
  }

  /**
   * The server ended the connection because of a frame that is too big. The biggest entry under way is
   * to blame: sent again, it would end the next connection too.
   */
  readonly refuseBiggest = (): void => {
    const sending = this.#items.filter(({ now }) => now.state === 'sending')
    const [biggest] = sending.toSorted((a, b) => bytesOf(b.entry) - bytesOf(a.entry))
    if (biggest) this.#refuse(biggest, new AgentClientError('INVALID_INPUT', { message: tooLong }))
  }

  /** The messages of a session that are not in its log yet. */
  outgoing(sessionId: string): { item: OutboxItem; message: OutgoingMessage }[] {
    const connected = this.#options.isConnected()
    return this.#items.flatMap((item) => {
      const message = outgoingOf(item, sessionId, connected)
      return message ? [{ item, message }] : []
    })
  }

  /** Changes of a session's queue that its view does not show yet, in their order. */
  queueChanges(sessionId: string): { item: OutboxItem; change: QueueChange }[] {
    return this.#items.flatMap((item) => {
      const change = queueChangeOf(item.entry, sessionId)
      return change ? [{ item, change }] : []
    })
  }

  /** Forgets what was acknowledged and a view of the session shows. */
  shown(ids: readonly string[]): void {
    this.#items = this.#items.filter(
      ({ entry, now }) => now.state !== 'sent' || !ids.includes(entry.id),
    )
  }

  /** Takes back what was never sent, or was refused. False where the server may have it. */
  discard(id: string): boolean {
    const item = this.#items.find(({ entry }) => entry.id === id)
    if (!item || (item.now.state !== 'refused' && item.tries > 0)) return false
    this.#drop(item, new AgentClientError('WITHDRAWN'))
    return true
  }

  /** Changes a message that was never sent. False where the server may have it. */
  revise(id: string, change: { content?: string; priority?: Priority }): boolean {
    const item = this.#items.find(({ entry }) => entry.id === id)
    if (item?.entry.kind !== 'query' || item.now.state !== 'waiting' || item.tries > 0) return false
    item.entry = { ...item.entry, input: { ...item.entry.input, ...change } }
    this.#keep(item.entry)
    this.#tell(item)
    return true
  }

  /** What a refused message asked for, so that it can be sent anew; null where there is none. */
  refused(id: string): OutboxInput<'query'> | null {
    const item = this.#items.find(({ entry }) => entry.id === id)
    return item?.now.state === 'refused' && item.entry.kind === 'query' ? item.entry.input : null
  }

  #insert(entry: OutboxEntry, settle: OutboxItem['settle']): OutboxItem {
    const waiting = this.#items.filter(({ now }) => now.state !== 'sent').map((item) => item.entry)
    const { refused } = entry
    const item: OutboxItem = {
      entry,
      lane: laneOf(entry, waiting),
      now: refused ? { state: 'refused', ...refused } : { state: 'waiting' },
      tries: 0,
      cancel: () => {},
      keepOn: () => {},
      settle,
    }
    this.#lastOrder = Math.max(this.#lastOrder, entry.order)
    this.#items = [...this.#items, item].toSorted((a, b) => a.entry.order - b.entry.order)
    return item
  }

  /** Sends the first of a lane, if nothing of the lane is under way. */
  #pump(lane: string): void {
    const { isConnected, signal } = this.#options
    if (signal.aborted || !isConnected()) return
    const first = this.#items.find(
      (item) => item.lane === lane && item.now.state !== 'refused' && item.now.state !== 'sent',
    )
    if (first?.now.state === 'waiting') void this.#send(first)
  }

  async #send(item: OutboxItem): Promise<void> {
    item.now = { state: 'sending' }
    const opened = this.#opened
    item.tries++
    item.cancel()
    this.#tell(item)
    try {
      this.#acknowledge(item, await this.#options.deliver(item.entry, this.#options.signal))
    } catch (cause) {
      if (this.#options.signal.aborted || !this.#items.includes(item)) return
      // Refused meanwhile: what its call came to is known.
      const isElsewhere = this.#opened > opened
      if (item.now.state === 'sending') this.#failed(item, toClientError(cause), { isElsewhere })
    }
    this.#pump(item.lane)
  }

  #acknowledge(item: OutboxItem, reply: OutboxReply): void {
    item.keepOn()
    item.settle?.resolve(reply)
    item.settle = null
    this.#unkeep(item.entry.id)
    if ('seq' in reply && (item.entry.kind === 'query' || isDone(item.entry, reply))) {
      item.now = { state: 'sent', seq: reply.seq }
      const sent = this.#items.filter(({ now }) => now.state === 'sent')
      if (sent.length > maxSent) this.#items = this.#items.filter((other) => other !== sent[0])
    } else {
      this.#items = this.#items.filter((other) => other !== item)
    }
    this.#tell(item)
  }

  /** `isElsewhere`: another connection came meanwhile. */
  #failed(
    item: OutboxItem,
    error: AgentClientError,
    { isElsewhere }: { isElsewhere: boolean },
  ): void {
    const { clock, random, renewToken } = this.#options
    const tokenRefused = isAuthError(error)
    if (tokenRefused) renewToken()
    const again = error.retryable || (error.reason === 'INTERNAL' && item.tries < maxInternalTries)
    if (!again && !tokenRefused) {
      this.#refuse(item, error)
      return
    }
    if (isFleeting(item.entry) && clock.now() - item.entry.order >= fleetingMs) {
      this.#drop(item, error)
      return
    }
    const delayMs = Math.max(error.retryAfterMs ?? 0, retryDelayMs(item.tries, random))
    // A reply that was lost with its connection is asked for as soon as there is a new one. A server that stops is
    // asked no more once there is.
    const isOver = error.reason === 'DRAINING' && isElsewhere
    const soon = error.reason === 'CONNECTION_LOST' || isOver
    const restMs = soon ? retryDelayMs(0, random) : delayMs
    const { reason, message } = error
    item.now = { state: 'resting', reason, message, untilMs: clock.now() + restMs }
    item.cancel = clock.after(restMs, () => {
      item.now = { state: 'waiting' }
      this.#tell(item)
      this.#pump(item.lane)
    })
    this.#tell(item)
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
    this.#keep(item.entry)
    this.#tell(item)
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
    this.#items = this.#items.filter((other) => other !== item)
    this.#unkeep(item.entry.id)
    this.#tell(item)
    this.#pump(item.lane)
  }

  /** Another tab got the answer. Ours is let go, unless someone here waits for it: it is asked again. */
  #removedElsewhere(id: string): void {
    const item = this.#items.find(({ entry }) => entry.id === id)
    if (!item || item.settle || item.now.state === 'sending' || item.now.state === 'sent') return
    this.#drop(item, new AgentClientError('CLOSED'))
  }

  #keep(entry: OutboxEntry): void {
    void this.#store(() => this.#options.storage.put(entry))
  }

  #unkeep(id: string): void {
    void this.#store(() => this.#options.storage.remove(id))
  }

  /** A storage that fails (full, forbidden) costs the safety over a reload, not the message. */
  async #store(run: () => void | Promise<void>): Promise<void> {
    try {
      await run()
    } catch (cause) {
      this.#options.onError(cause)
    }
  }

  #tell({ entry }: OutboxItem): void {
    this.#changed.emit(sessionOf(entry))
  }

  #close(): void {
    for (const item of this.#items) {
      item.cancel()
      item.keepOn()
      item.settle?.reject(new AgentClientError('CLOSED'))
      item.settle = null
    }
  }
}

function bytesOf(entry: OutboxEntry): number {
  return new TextEncoder().encode(JSON.stringify(entry.input)).length
}
