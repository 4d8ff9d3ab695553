/**
 * What is in the outbox now, in its order, and what views see of it. Who sends and when is the outbox's; used by it
 * alone.
 */
import { Emitter } from './observable.ts'
import { laneOf, type OutboxEntry, sessionOf } from './outbox-entry.ts'
import { type OutboxItem, type OutgoingMessage, outgoingOf } from './outbox-item.ts'
import { type QueueChange, queueChangeOf } from './outbox-queue-change.ts'

/** Acknowledged messages and changes of the queue that a view has not shown yet. */
const maxSent = 100

export class OutboxItems {
  /** In the order of `order`. */
  #items: OutboxItem[] = []
  #lastOrder = 0
  /** The session (null for none) whose entries changed. */
  readonly changed = new Emitter<string | null>()

  /** For an entry that is made now. */
  nextOrder(nowMs: number): number {
    this.#lastOrder = Math.max(nowMs, this.#lastOrder + 1)
    return this.#lastOrder
  }

  insert(entry: OutboxEntry, settle: OutboxItem['settle']): OutboxItem {
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

  remove(item: OutboxItem): void {
    this.#items = this.#items.filter((other) => other !== item)
  }

  /** Acknowledged, and kept until a view shows it: of those, the newest. */
  keepSent(item: OutboxItem, seq: number): void {
    item.now = { state: 'sent', seq }
    const sent = this.#items.filter(({ now }) => now.state === 'sent')
    const [oldest] = sent
    if (oldest && sent.length > maxSent) this.remove(oldest)
  }

  /** Forgets what was acknowledged and a view of the session shows. */
  shown(ids: readonly string[]): void {
    this.#items = this.#items.filter(
      ({ entry, now }) => now.state !== 'sent' || !ids.includes(entry.id),
    )
  }

  get all(): readonly OutboxItem[] {
    return this.#items
  }

  get lanes(): ReadonlySet<string> {
    return new Set(this.#items.map(({ lane }) => lane))
  }

  find(id: string): OutboxItem | undefined {
    return this.#items.find(({ entry }) => entry.id === id)
  }

  /** The one of a lane that is sent before the others of it. */
  firstOf(lane: string): OutboxItem | undefined {
    return this.#items.find(
      (item) => item.lane === lane && item.now.state !== 'refused' && item.now.state !== 'sent',
    )
  }

  /** The messages of a session that are not in its log yet. */
  outgoing(
    sessionId: string,
    isConnected: boolean,
  ): { item: OutboxItem; message: OutgoingMessage }[] {
    return this.#items.flatMap((item) => {
      const message = outgoingOf(item, sessionId, isConnected)
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

  tell({ entry }: OutboxItem): void {
    this.changed.emit(sessionOf(entry))
  }

  tellAll(): void {
    for (const session of new Set(this.#items.map(({ entry }) => sessionOf(entry)))) {
      this.changed.emit(session)
    }
  }
}
