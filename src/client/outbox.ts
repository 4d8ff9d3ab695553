/**
 * The outbox: what was asked for is kept, sent when connected, and sent again by its id until the
 * server has acknowledged it or refused it for good. The order within a session is kept. Used by the
 * client for every write that bears an id.
 */
import type { Priority } from '../core/events.ts'
import { AgentClientError } from './errors.ts'
import { KeptEntries } from './kept-entries.ts'
import { type DeliveryOptions, OutboxDelivery } from './outbox-delivery.ts'
import type {
  OutboxEntry,
  OutboxInput,
  OutboxKind,
  OutboxReplies,
  OutboxReply,
} from './outbox-entry.ts'
import type { OutboxItem, OutgoingMessage } from './outbox-item.ts'
import { OutboxItems } from './outbox-items.ts'
import type { QueueChange } from './outbox-queue-change.ts'
import type { OutboxStorage } from './outbox-storage.ts'
import { biggestField, bytesOf } from './outbox-weight.ts'

export interface OutboxOptions extends DeliveryOptions {
  storage: OutboxStorage
  /** There is something to send. */
  connect(): void
  onError(error: unknown): void
}

const tooLong = 'This message is too long for the server.'

export class Outbox {
  readonly #options: OutboxOptions
  readonly #items = new OutboxItems()
  readonly #kept: KeptEntries
  readonly #delivery: OutboxDelivery

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#kept = new KeptEntries(options.storage, options.onError)
    this.#delivery = new OutboxDelivery(options, { items: this.#items, kept: this.#kept })
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
      this.#delivery.begin(item)
      this.#items.tell(item)
      this.#options.connect()
      this.#delivery.pump(item.lane)
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

  /** Another connection is there. */
  readonly reopened = (): void => this.#delivery.reopened()

  /** Sends what waits: the connection is there. */
  pumpAll(): void {
    for (const lane of this.#items.lanes) this.#delivery.pump(lane)
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
    const error = new AgentClientError('INVALID_INPUT', { message: tooLong, fields })
    this.#delivery.refuse(biggest, error)
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
    this.#delivery.drop(item, new AgentClientError('WITHDRAWN'))
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

  /** Another tab got the answer. Ours is let go, unless someone here waits for it: it is asked again. */
  #removedElsewhere(id: string): void {
    const item = this.#items.find(id)
    if (!item || item.settle || item.now.state === 'sending' || item.now.state === 'sent') return
    this.#delivery.drop(item, new AgentClientError('CLOSED'))
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
