/**
 * The sessions that this process works with. Those in use are kept; of the others, the latest few, as far as
 * their text is not too much, so that the next question of a conversation need not read its log again.
 */
import type { Store } from '../ports/store.ts'
import { LiveSession } from './live-session.ts'

/** What those may come to that nobody uses. Text in UTF-16 units: two bytes each at most. */
interface KeptIdle {
  sessions: number
  chars: number
}

/**
 * The text's bound is far above what conversations come to: below what a process works with at a time, each
 * question would read its session's whole log again.
 */
const defaultKeptIdle: KeptIdle = { sessions: 200, chars: 512 * 1024 * 1024 }

interface Entry {
  live: Promise<LiveSession | null>
  users: number
  /** Text that it keeps while nobody uses it; 0 while somebody does. */
  idleChars: number
}

export class LiveSessions {
  readonly #store: Store
  readonly #keptIdle: KeptIdle
  #open = new Map<string, Entry>()
  #idleChars = 0

  constructor(store: Store, keptIdle: KeptIdle = defaultKeptIdle) {
    this.#store = store
    this.#keptIdle = keptIdle
  }

  get size(): number {
    return this.#open.size
  }

  /** Works with a session; null where there is none. It is kept at least until `work` has ended. */
  async use<T>(sessionId: string, work: (live: LiveSession | null) => Promise<T>): Promise<T> {
    const entry = this.#entry(sessionId)
    entry.users++
    this.#counted(entry, 0)
    let live: LiveSession | null = null
    try {
      live = await entry.live
      return await work(live?.deleted ? null : live)
    } finally {
      if (--entry.users === 0 && this.#open.get(sessionId) === entry) {
        this.#counted(entry, live?.chars ?? 0)
      }
      if (live?.deleted) this.forget(sessionId)
      this.#letGo()
    }
  }

  /** The session is closed or deleted: nothing is kept of it unless somebody uses it. */
  forget(sessionId: string): void {
    const entry = this.#open.get(sessionId)
    if (entry?.users === 0) this.#close(sessionId, entry)
  }

  async close(): Promise<void> {
    for (const { live } of this.#open.values()) (await live.catch(() => null))?.close()
    this.#open.clear()
    this.#idleChars = 0
  }

  #entry(sessionId: string): Entry {
    const known = this.#open.get(sessionId)
    // Last used is last in the map's order.
    if (known) this.#open.delete(sessionId)
    const live = known ? known.live : LiveSession.open(this.#store, sessionId)
    const entry = known ?? { live, users: 0, idleChars: 0 }
    this.#open.set(sessionId, entry)
    if (!known) {
      const forget = () => {
        if (this.#open.get(sessionId) === entry) this.#open.delete(sessionId)
      }
      // What is not there, or could not be read, is asked for anew the next time.
      live.then((found) => found ?? forget(), forget)
    }
    return entry
  }

  #counted(entry: Entry, chars: number): void {
    this.#idleChars += chars - entry.idleChars
    entry.idleChars = chars
  }

  #letGo(): void {
    const { sessions, chars } = this.#keptIdle
    const fits = () => this.#open.size <= sessions && this.#idleChars <= chars
    if (fits()) return
    for (const [sessionId, entry] of this.#open) {
      if (entry.users > 0) continue
      this.#close(sessionId, entry)
      if (fits()) return
    }
  }

  #close(sessionId: string, entry: Entry): void {
    this.#open.delete(sessionId)
    this.#counted(entry, 0)
    entry.live.then((live) => live?.close()).catch(() => undefined)
  }
}
