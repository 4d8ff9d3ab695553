/**
 * Where the outbox keeps its entries. In memory by default; `browserStorage` keeps them over a reload.
 * Another one (a file) has to do no more than this interface.
 */
import { findFlaw } from '../core/plain-input.ts'
import { type OutboxEntry, outboxEntry } from './outbox-entry.ts'

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

/** Parses what was read back; null where it is no entry of this version. */
export function parseEntry(text: string): OutboxEntry | null {
  try {
    const value: unknown = JSON.parse(text)
    if (findFlaw(value)) return null
    const parsed = outboxEntry.safeParse(value)
    return parsed.success && isOfOneId(parsed.data) ? parsed.data : null
  } catch {
    return null
  }
}

/** `session.update` has no id of its own; all others bear the entry's. */
function isOfOneId({ id, input }: OutboxEntry): boolean {
  return !('id' in input) || input.id === id
}
