/**
 * Sessions that are about to be deleted: hidden at once, deleted when the time to undo it is over, or
 * when the page is left. Kept in the browser's storage, so that all tabs hide them, and a tab that was
 * closed too soon leaves them to the next one. Used by `session-verbs.ts`.
 */
import type { Clock, Observable } from '../../client/index.ts'
import { keptDeletions, deletionPrefix as prefix } from './kept-deletions.ts'

export const undoMs = 8_000

export interface Deletions extends Observable<ReadonlySet<string>> {
  /** Hides the session. The signal is aborted when it is too late to undo, or it was undone. */
  begin(sessionId: string): AbortSignal
  undo(sessionId: string): void
  /** Sends all of them now: the page is left. What does not get out any more, another tab or the next visit sends. */
  flush(): void
  /** Looks at the storage anew: another tab has changed it, or the page has just begun. */
  load(): void
}

export interface DeletionsOptions {
  /** Null where it is refused: then they live as long as the page. */
  storage: Storage | null
  clock: Clock
  /** Deletes it on the server. Rejects where that failed for good. */
  send: (sessionId: string) => Promise<unknown>
  onFailed: (sessionId: string) => void
}

export function createDeletions({ storage, clock, send, onFailed }: DeletionsOptions): Deletions {
  const waiting = new Map<string, { cancel: () => void; over: AbortController }>()
  /** On its way: still hidden, and not to be undone any more. */
  const sent = new Set<string>()
  const listeners = new Set<() => void>()
  let hidden: ReadonlySet<string> = new Set()

  function tell(): void {
    hidden = new Set([...waiting.keys(), ...sent])
    for (const listener of listeners) listener()
  }

  function wait(sessionId: string, dueAt: number): AbortSignal {
    const over = new AbortController()
    const cancel = clock.after(Math.max(0, dueAt - clock.now()), () => void finish(sessionId))
    waiting.set(sessionId, { cancel, over })
    tell()
    return over.signal
  }

  function drop(sessionId: string): void {
    const entry = waiting.get(sessionId)
    waiting.delete(sessionId)
    entry?.cancel()
    entry?.over.abort()
  }

  async function finish(sessionId: string): Promise<void> {
    sent.add(sessionId)
    drop(sessionId)
    tell()
    try {
      await send(sessionId)
    } catch {
      sent.delete(sessionId)
      tell()
      onFailed(sessionId)
    } finally {
      // Kept until now: a page that goes before the answer came leaves it to the next.
      attempt(() => storage?.removeItem(prefix + sessionId))
    }
  }

  return {
    begin(sessionId) {
      const dueAt = clock.now() + undoMs
      attempt(() => storage?.setItem(prefix + sessionId, String(dueAt)))
      drop(sessionId)
      return wait(sessionId, dueAt)
    },
    undo(sessionId) {
      if (!waiting.has(sessionId)) return
      attempt(() => storage?.removeItem(prefix + sessionId))
      drop(sessionId)
      tell()
    },
    flush() {
      for (const sessionId of [...waiting.keys()]) void finish(sessionId)
    },
    load() {
      const kept = keptDeletions(storage)
      for (const sessionId of [...waiting.keys()]) if (!kept.has(sessionId)) drop(sessionId)
      for (const [sessionId, dueAt] of kept) {
        if (waiting.has(sessionId) || sent.has(sessionId)) continue
        // One of an odd clock does not hide a session for ever.
        wait(sessionId, Math.min(dueAt, clock.now() + undoMs))
      }
      tell()
    },
    getSnapshot: () => hidden,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Storage may be refused or full. */
function attempt(run: () => void): void {
  try {
    run()
  } catch {
    // Then they live as long as the page.
  }
}
