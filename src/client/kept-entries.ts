/** The outbox's storage, as the outbox uses it. Used by `outbox.ts`. */
import type { OutboxEntry } from './outbox-entry.ts'
import type { OutboxStorage } from './outbox-storage.ts'

/** A storage that fails (full, forbidden) costs the safety over a reload, not the message: it is told and passed over. */
export class KeptEntries {
  readonly #storage: OutboxStorage
  readonly #onError: (error: unknown) => void

  constructor(storage: OutboxStorage, onError: (error: unknown) => void) {
    this.#storage = storage
    this.#onError = onError
  }

  /** Oldest first; nothing where they cannot be read. */
  async load(): Promise<OutboxEntry[]> {
    try {
      return (await this.#storage.load()).toSorted((a, b) => a.order - b.order)
    } catch (cause) {
      this.#onError(cause)
      return []
    }
  }

  keep(entry: OutboxEntry): void {
    void this.#try(() => this.#storage.put(entry))
  }

  forget(id: string): void {
    void this.#try(() => this.#storage.remove(id))
  }

  /** Calls `listener` with what others removed. Returns the end of it. */
  watch(listener: (id: string) => void): () => void {
    return this.#storage.watch?.(listener) ?? (() => {})
  }

  async #try(run: () => void | Promise<void>): Promise<void> {
    try {
      await run()
    } catch (cause) {
      this.#onError(cause)
    }
  }
}
