/**
 * An outbox storage on `localStorage`, for one user.
 *
 * How tabs share: each entry has a key of its own, so no tab overwrites another's. A tab reads all
 * entries at its start and at each reconnect, so what a closed tab left is sent by whoever is there.
 * Two tabs may send the same entry; its id makes the second a repeat, which the server answers and
 * does not run. Whoever gets the answer removes the entry, and the others let go of it.
 */
import type { OutboxStorage } from './outbox-storage.ts'

export interface BrowserStorageOptions {
  /** Whose entries these are: another user of the same browser neither sees nor sends them. */
  user: string
  /** `localStorage` where the runtime has one. */
  storage?: Storage
}

export function browserStorage({ user, storage }: BrowserStorageOptions): OutboxStorage {
  const prefix = `agent-websocket:outbox:${encodeURIComponent(user)}:`
  // Looked up late, so that a page may make it while it is rendered on a server.
  const area = () => storage ?? (typeof localStorage === 'undefined' ? null : localStorage)
  return {
    async load() {
      const found = area()
      if (!found) return []
      const keys = Array.from({ length: found.length }, (_, place) => found.key(place))
      const texts = keys.flatMap((key) => {
        const text = key?.startsWith(prefix) ? found.getItem(key) : null
        return text === null ? [] : [{ key, text }]
      })
      if (texts.length === 0) return []
      const { parseEntry } = await import('./outbox-schema.ts')
      return texts.flatMap(({ key, text }) => {
        const entry = parseEntry(text)
        // Under another key it could not be removed: it would be sent at every load.
        return entry && key === prefix + entry.id ? [entry] : []
      })
    },
    put(entry) {
      area()?.setItem(prefix + entry.id, JSON.stringify(entry))
    },
    remove(id) {
      area()?.removeItem(prefix + id)
    },
    watch(onRemoved) {
      if (typeof window === 'undefined') return () => {}
      const onStorage = (event: StorageEvent) => {
        if (event.storageArea !== area() || event.newValue !== null) return
        if (event.key?.startsWith(prefix)) onRemoved(event.key.slice(prefix.length))
      }
      window.addEventListener('storage', onStorage)
      return () => window.removeEventListener('storage', onStorage)
    },
  }
}
