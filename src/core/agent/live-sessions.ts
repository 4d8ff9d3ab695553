/**
 * The sessions that this process works with. Those in use are kept; of the others, the latest few, so
 * that the next question of a conversation need not read its log again.
 */
import type { Store } from '../ports/store.ts'
import { LiveSession } from './live-session.ts'

const keptIdle = 200

interface Entry {
  live: Promise<LiveSession | null>
  users: number
}

export class LiveSessions {
  readonly #store: Store
  #open = new Map<string, Entry>()

  constructor(store: Store) {
    this.#store = store
  }

  get size(): number {
    return this.#open.size
  }

  /** Works with a session; null where there is none. It is kept at least until `work` has ended. */
  async use<T>(sessionId: string, work: (live: LiveSession | null) => Promise<T>): Promise<T> {
    const entry = this.#entry(sessionId)
    entry.users++
    let live: LiveSession | null = null
    try {
      live = await entry.live
      return await work(live?.deleted ? null : live)
    } finally {
      entry.users--
      if (live?.deleted) this.forget(sessionId)
      this.#letGo()
    }
  }

  /** The session is deleted: nothing is kept of it once nobody uses it. */
  forget(sessionId: string): void {
    const entry = this.#open.get(sessionId)
    if (entry?.users === 0) this.#close(sessionId, entry)
  }

  async close(): Promise<void> {
    for (const { live } of this.#open.values()) (await live.catch(() => null))?.close()
    this.#open.clear()
  }

  #entry(sessionId: string): Entry {
    const known = this.#open.get(sessionId)
    // Last used is last in the map's order.
    if (known) this.#open.delete(sessionId)
    const entry = known ?? { live: LiveSession.open(this.#store, sessionId), users: 0 }
    this.#open.set(sessionId, entry)
    if (!known) {
      const forget = () => {
        if (this.#open.get(sessionId) === entry) this.#open.delete(sessionId)
      }
      // What is not there, or could not be read, is asked for anew the next time.
      entry.live.then((live) => live ?? forget(), forget)
    }
    return entry
  }

  #letGo(): void {
    if (this.#open.size <= keptIdle) return
    let over = this.#open.size - keptIdle
    for (const [sessionId, entry] of this.#open) {
      if (over <= 0) return
      if (entry.users > 0) continue
      over--
      this.#close(sessionId, entry)
    }
  }

  #close(sessionId: string, entry: Entry): void {
    this.#open.delete(sessionId)
    entry.live.then((live) => live?.close()).catch(() => undefined)
  }
}
