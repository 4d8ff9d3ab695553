/**
 * The tail of a session's log in this process: its newest committed events, shared by all readers, and
 * the bell that wakes them. There is no queue per reader: a reader holds a cursor and pulls.
 */
import type { LogEvent } from '../events.ts'
import type { Change, Store } from '../ports/store.ts'

/** What a tail keeps for readers that are at most a little behind; the others read the store. */
const maxEvents = 128
const maxChars = 32 * 1024
/** An idle session holds next to nothing: who is late reads its last answer from the store. */
const keptWhenIdle = 4

export class SessionTail {
  deleted = false
  /** Number of the last event known to be committed. */
  lastSeq = 0
  /** Contiguous: `#events[0].seq` is `#from + 1`. */
  #events: LogEvent[] = []
  #from = 0
  #chars = 0
  #bells = new Set<() => void>()

  /** Events after the cursor, or null where the tail does not go back that far: read the store. */
  after(cursor: number): readonly LogEvent[] | null {
    if (cursor >= this.lastSeq) return []
    if (cursor < this.#from || this.#events.length === 0) return null
    return cursor === this.#from ? [...this.#events] : this.#events.slice(cursor - this.#from)
  }

  /** Calls `ring` at each change, until the returned function is called. */
  onChange(ring: () => void): () => void {
    this.#bells.add(ring)
    return () => this.#bells.delete(ring)
  }

  /** The store had this much when it was last asked. */
  knows(lastSeq: number): void {
    if (lastSeq > this.lastSeq) {
      this.lastSeq = lastSeq
      this.#clear(lastSeq)
    }
  }

  push(change: Change): void {
    if (change.kind === 'deleted') this.deleted = true
    else this.#append(change.events)
    for (const ring of this.#bells) ring()
  }

  #append(events: readonly LogEvent[]): void {
    const first = events[0]
    const last = events.at(-1)
    if (!first || !last || last.seq <= this.lastSeq) return
    if (first.seq !== this.lastSeq + 1) this.#clear(first.seq - 1)
    for (const event of events) {
      this.#events.push(event)
      this.#chars += event.content.length
    }
    this.lastSeq = last.seq
    // Never fewer than this batch: every reader is about to ask for it.
    if (events.some((event) => event.type === 'status' && event.state === 'closed')) {
      this.#dropTo(events.length)
    } else if (last.type === 'status' && last.state === 'idle') {
      this.#dropTo(Math.max(events.length, keptWhenIdle))
    } else if (this.#events.length > maxEvents || this.#chars > maxChars) {
      this.#dropTo(Math.max(events.length, this.#events.length >> 1))
    }
  }

  #dropTo(count: number): void {
    const drop = this.#events.length - count
    if (drop <= 0) return
    for (const event of this.#events.splice(0, drop)) this.#chars -= event.content.length
    this.#from += drop
  }

  #clear(from: number): void {
    this.#events = []
    this.#chars = 0
    this.#from = from
  }
}

/** The tails that somebody reads, one a session; a tail that nobody reads is let go. */
export class SessionTails {
  readonly #store: Store
  readonly #onLetGo: (sessionId: string) => void
  #open = new Map<string, { tail: SessionTail; readers: number; unwatch: () => void }>()
  #readers = 0

  /** `onLetGo` is told where a server that stops leaves an answer that somebody reads here. */
  constructor(store: Store, onLetGo: (sessionId: string) => void = () => {}) {
    this.#store = store
    this.#onLetGo = onLetGo
  }

  get readers(): number {
    return this.#readers
  }

  /** Call `leave` once when the reader is done. */
  enter(sessionId: string): { tail: SessionTail; leave: () => void } {
    let entry = this.#open.get(sessionId)
    if (!entry) {
      const tail = new SessionTail()
      const unwatch = this.#store.watch(sessionId, (change) => {
        tail.push(change)
        if (change.kind === 'appended' && change.events.some(letsGo)) this.#onLetGo(sessionId)
      })
      entry = { tail, readers: 0, unwatch }
      this.#open.set(sessionId, entry)
    }
    const { tail, unwatch } = entry
    const opened = entry
    opened.readers++
    this.#readers++
    const leave = () => {
      this.#readers--
      if (--opened.readers > 0) return
      unwatch()
      this.#open.delete(sessionId)
    }
    return { tail, leave }
  }
}

/** Not of a query that waits, which has no answer yet. */
function letsGo(event: LogEvent): boolean {
  return event.type === 'status' && event.state === 'queued' && event.answerId !== undefined
}
