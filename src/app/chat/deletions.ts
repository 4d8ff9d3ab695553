/**
 * Sessions that are about to be deleted: hidden at once, deleted when the time to undo it is over, or
 * when the page is left. Kept in the browser's storage, so that all tabs hide them, and a tab that was
 * closed too soon leaves them to the next one. The time stands still while somebody is at the way to undo it;
 * what is kept is always when it is due, so other tabs go by the same. Used by `session-verbs.ts`.
 */
import type { Clock, Observable } from '../../client/index.ts'
import { keptDeletions, deletionPrefix as prefix } from './kept-deletions.ts'

export const undoMs = 8_000
/** So long at most: a tab that ended in between leaves no session that is hidden and there for good. */
export const longestHoldMs = 3_600_000

export interface Deletions extends Observable<ReadonlySet<string>> {
  /** Hides the session. The signal is aborted when it is too late to undo, or it was undone. */
  begin(sessionId: string): AbortSignal
  undo(sessionId: string): void
  /** The time stands still, or goes on with what was left of it. */
  hold(sessionId: string, held: boolean): void
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

interface Waiting {
  dueAt: number
  /** While the time stands still: what is left of it. */
  leftMs: number | null
  cancel: () => void
  over: AbortController
}

export function createDeletions({ storage, clock, send, onFailed }: DeletionsOptions): Deletions {
  const waiting = new Map<string, Waiting>()
  /** On its way: still hidden, and not to be undone any more. */
  const sent = new Set<string>()
  const listeners = new Set<() => void>()
  let hidden: ReadonlySet<string> = new Set()

  function tell(): void {
    hidden = new Set([...waiting.keys(), ...sent])
    for (const listener of listeners) listener()
  }

  function wait(sessionId: string, dueAt: number, leftMs: number | null = null): AbortSignal {
    const earlier = waiting.get(sessionId)
    earlier?.cancel()
    const cancel = clock.after(Math.max(0, dueAt - clock.now()), () => void finish(sessionId))
    const over = earlier?.over ?? new AbortController()
    waiting.set(sessionId, { dueAt, leftMs, cancel, over })
    return over.signal
  }

  /** For the other tabs. */
  function keep(sessionId: string, dueAt: number): number {
    attempt(() => storage?.setItem(prefix + sessionId, String(dueAt)))
    return dueAt
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
      drop(sessionId)
      const over = wait(sessionId, keep(sessionId, clock.now() + undoMs))
      tell()
      return over
    },
    undo(sessionId) {
      if (!waiting.has(sessionId)) return
      attempt(() => storage?.removeItem(prefix + sessionId))
      drop(sessionId)
      tell()
    },
    hold(sessionId, held) {
      const entry = waiting.get(sessionId)
      if (!entry || held === (entry.leftMs !== null)) return
      const leftMs = entry.leftMs ?? entry.dueAt - clock.now()
      const dueAt = keep(sessionId, clock.now() + (held ? longestHoldMs : leftMs))
      wait(sessionId, dueAt, held ? leftMs : null)
    },
    flush() {
      for (const sessionId of [...waiting.keys()]) void finish(sessionId)
    },
    load() {
      const kept = keptDeletions(storage)
      for (const sessionId of [...waiting.keys()]) if (!kept.has(sessionId)) drop(sessionId)
      for (const [sessionId, dueAt] of kept) {
        if (waiting.get(sessionId)?.dueAt === dueAt || sent.has(sessionId)) continue
        // One of an odd clock does not hide a session for ever.
        wait(sessionId, Math.min(dueAt, clock.now() + longestHoldMs))
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
