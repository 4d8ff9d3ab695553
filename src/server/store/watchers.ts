/** Who wants to hear of which session's commits. Used by every store. */
import type { Logger } from '../../core/ports/log.ts'
import type { Change } from '../../core/ports/store.ts'

interface Watcher {
  listener: (change: Change) => void
  live: boolean
}

export interface Watchers {
  watch(sessionId: string, listener: (change: Change) => void): () => void
  /** Call it after the commit, in the order of the log. */
  tell(sessionId: string, change: Change): void
}

export function createWatchers(log: Logger): Watchers {
  // The lists are never changed, only replaced: a listener may watch and unwatch while it is told.
  const lists = new Map<string, readonly Watcher[]>()

  return {
    watch(sessionId, listener) {
      const watcher: Watcher = { listener, live: true }
      lists.set(sessionId, [...(lists.get(sessionId) ?? []), watcher])
      return () => {
        if (!watcher.live) return
        watcher.live = false
        const rest = lists.get(sessionId)?.filter((other) => other !== watcher) ?? []
        if (rest.length > 0) lists.set(sessionId, rest)
        else lists.delete(sessionId)
      }
    },
    tell(sessionId, change) {
      for (const watcher of lists.get(sessionId) ?? []) {
        if (!watcher.live) continue
        try {
          watcher.listener(change)
        } catch (cause) {
          // The commit stands, and the other watchers have to hear of it.
          log.error({ sessionId, err: cause }, 'a watcher threw')
        }
      }
    },
  }
}
