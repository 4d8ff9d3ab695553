/**
 * A session that this process works with: the fold of its log, kept up with the store's commits. Shared
 * by everything that needs it at the moment; let go when nobody does.
 */
import { AgentError } from '../errors.ts'
import type { EventBody, LogEvent } from '../events.ts'
import { numbered } from '../events.ts'
import { stateOf, summarise } from '../folds/summary.ts'
import { Transcript } from '../folds/transcript.ts'
import type { TurnQueue } from '../folds/turn-queue.ts'
import type { AppendInput, AppendResult, SessionRecord, Store, Summary } from '../ports/store.ts'

const page = { limit: 1000, maxChars: 1024 * 1024 }

/** What is to be appended; the session, the guard and the summary are the live session's own. */
export type Plan = Omit<AppendInput, 'sessionId' | 'ifControlSeq' | 'summary'>

export type Changed =
  | Exclude<AppendResult, { outcome: 'changed' | 'no-session' }>
  | { outcome: 'called-off' }

/** Who wants to know what becomes of the session. */
export interface LiveObserver {
  /** Told each event as it is folded. */
  event(event: LogEvent): void
  /** Told once: nothing comes after it. */
  deleted(): void
}

export class LiveSession {
  readonly transcript = new Transcript()
  readonly record: Readonly<SessionRecord>
  title: string
  model: string
  closed: boolean
  deleted = false
  /** Number of the last event that is not a delta: what `ifControlSeq` is checked against. */
  controlSeq = 0
  readonly #store: Store
  readonly #unwatch: () => void
  /** How often it is being read just now, and whether more was told meanwhile. */
  #reading = 0
  #behind = false
  #observers = new Set<LiveObserver>()
  /** Resolves when the next one may begin, however the last one ended. */
  #lastInTurn: Promise<void> = Promise.resolve()

  /** Reads the log from its beginning. Null where there is no such session. */
  static async open(store: Store, sessionId: string): Promise<LiveSession | null> {
    const record = await store.getSession(sessionId)
    if (!record) return null
    const live = new LiveSession(store, record)
    try {
      await live.catchUp()
    } catch (cause) {
      live.close()
      throw cause
    }
    return live
  }

  private constructor(store: Store, record: SessionRecord) {
    this.#store = store
    this.record = record
    this.title = record.title
    this.model = record.model
    this.closed = record.state === 'closed'
    this.#unwatch = store.watch(record.sessionId, (change) => {
      if (change.kind === 'deleted') this.#delete()
      else this.#applyIfNext(change.events)
    })
  }

  get queue(): TurnQueue {
    return this.transcript.queue
  }

  get sessionId(): string {
    return this.record.sessionId
  }

  /** How much text it keeps in memory, in UTF-16 units. */
  get chars(): number {
    return this.transcript.chars
  }

  get lastEventId(): string {
    return `${this.record.epoch}-${this.transcript.lastSeq}`
  }

  /** Reads what the fold does not have yet. */
  async catchUp(): Promise<void> {
    this.#reading++
    try {
      for (;;) {
        this.#behind = false
        const after = this.transcript.lastSeq
        const events = await this.#store.read({ sessionId: this.sessionId, after, ...page })
        for (const event of events) this.#apply(event)
        if (this.transcript.lastSeq === after && !this.#behind) return
      }
    } finally {
      this.#reading--
    }
  }

  /** Returns the end of it. */
  observe(observer: LiveObserver): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /**
   * Appends what `decide` makes of the session as it stands, or makes it decide again where something
   * other than a delta was committed meanwhile: so two who race have one winner, and both learn which.
   * `decide` may throw what the caller is to be told, or return null to leave all as it is.
   */
  async change(decide: () => Plan | null): Promise<Changed> {
    for (;;) {
      const plan = decide()
      if (!plan) return { outcome: 'called-off' }
      const result = await this.#store.append({
        ...plan,
        sessionId: this.sessionId,
        ifControlSeq: this.controlSeq,
        summary: this.#summaryAfter(plan.events),
      })
      if (result.outcome === 'no-session') throw new AgentError('SESSION_NOT_FOUND')
      if (result.outcome !== 'changed') {
        if (result.outcome === 'appended') await this.#has(result.events)
        return result
      }
      await this.catchUp()
    }
  }

  /**
   * The same for what was asked for from outside, one after the other in the order of the calls (G6): of many at
   * once, one would win and all others begin again, in any order.
   */
  changeInTurn(decide: () => Plan | null): Promise<Changed> {
    const changed = this.#lastInTurn.then(() => this.change(decide))
    const done = () => {}
    this.#lastInTurn = changed.then(done, done)
    return changed
  }

  close(): void {
    this.#unwatch()
    this.#observers.clear()
  }

  #summaryAfter(events: readonly EventBody[]): Partial<Summary> {
    if (events.length === 0) return {}
    const queue = this.queue.clone()
    const { sessionId, epoch } = this.record
    let closed = this.closed
    for (const [index, body] of events.entries()) {
      const seq = this.transcript.lastSeq + 1 + index
      const event = numbered(body, { sessionId, epoch, seq })
      queue.apply(event)
      closed = closedAfter(event, closed)
    }
    return { ...summarise(events, this.title), state: closed ? 'closed' : stateOf(queue) }
  }

  async #has(events: readonly LogEvent[]): Promise<void> {
    const last = events.at(-1)
    if (last && last.seq > this.transcript.lastSeq) await this.catchUp()
  }

  /**
   * Commits are told in order. What lies before them is not here where the log is still being read, and where
   * deltas of another process's answer were compacted away before they could be told: then the log is read.
   */
  #applyIfNext(events: readonly LogEvent[]): void {
    const first = events[0]
    if (!first) return
    if (first.seq <= this.transcript.lastSeq + 1) {
      for (const event of events) this.#apply(event)
    } else if (this.#reading > 0) {
      this.#behind = true
    } else {
      // Should the store not answer now, the next commit comes by here too.
      this.catchUp().catch(() => undefined)
    }
  }

  #apply(event: LogEvent): void {
    if (event.seq <= this.transcript.lastSeq) return
    this.transcript.apply(event)
    if (event.type !== 'delta') {
      this.controlSeq = event.seq
      this.closed = closedAfter(event, this.closed)
      const { title, model } = event.type === 'unknown' ? {} : summarise([event], this.title)
      this.title = title ?? this.title
      this.model = model ?? this.model
    }
    for (const observer of this.#observers) observer.event(event)
  }

  #delete(): void {
    this.deleted = true
    for (const observer of this.#observers) observer.deleted()
  }
}

/** A session is closed from its `closed` status until somebody asks again. */
function closedAfter(event: LogEvent, before: boolean): boolean {
  if (event.type === 'status' && event.state === 'closed') return true
  const asks =
    event.type === 'query' ||
    (event.type === 'command' && event.name === 'regenerate') ||
    (event.type === 'status' && event.state === 'thinking')
  return asks ? false : before
}
