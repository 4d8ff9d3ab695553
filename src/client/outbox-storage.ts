/**
 * Where the outbox keeps its entries. In memory by default; `browserStorage` keeps them over a reload.
 * Another one (a file) has to do no more than this interface.
 */
import type { OutboxEntry } from './outbox-entry.ts'

export interface OutboxStorage {
  /** All entries, in any order. What cannot be read is left out. */
  load(): readonly OutboxEntry[] | Promise<readonly OutboxEntry[]>
  put(entry: OutboxEntry): void | Promise<void>
  remove(id: string): void | Promise<void>
  /** Tells of entries that another tab or process removed. Returns the end of it. */
  watch?(onRemoved: (id: string) => void): () => void
}

/** Forgets with the page or the process. */
export function memoryStorage(): OutboxStorage {
  const entries = new Map<string, OutboxEntry>()
  return {
    load: () => [...entries.values()],
    put: (entry) => void entries.set(entry.id, entry),
    remove: (id) => void entries.delete(id),
  }
}
