/**
 * A session without what its answer says while it is written: a token changes that alone, and whoever shows it
 * reads it from the view. So a token does not touch the page around it. Used by `use-maybe-session.ts`.
 */
import type { Message, Observable, SessionSnapshot, TranscriptItem } from '../../client/index.ts'

/** The same snapshot as long as nothing but the running answer's text has grown. */
export function quietSession(view: Observable<SessionSnapshot>): Observable<SessionSnapshot> {
  let seen = view.getSnapshot()
  let quiet = seen
  return {
    subscribe: view.subscribe,
    getSnapshot() {
      const now = view.getSnapshot()
      if (now !== seen) {
        // Compared with the one before: each is the next one's measure.
        if (!onlyText(seen, now)) quiet = now
        seen = now
      }
      return quiet
    },
  }
}

function onlyText(before: SessionSnapshot, now: SessionSnapshot): boolean {
  const { items, running, outgoing, ...rest } = now
  return (
    (Object.keys(rest) as (keyof typeof rest)[]).every((key) => rest[key] === before[key]) &&
    before.error === now.error &&
    isSame(before.outgoing, outgoing) &&
    running !== null &&
    before.running !== null &&
    hasGrown(before.running, running) &&
    sameButRunning(before.items, items, running)
  )
}

/** Where there was no text, there was another thing to show. */
function hasGrown(before: Message, now: Message): boolean {
  if (before.content === '' || now.content === '') return false
  const { content: _, ...was } = before
  const { content: __, ...is } = now
  const keys = Object.keys(is) as (keyof typeof is)[]
  return keys.length === Object.keys(was).length && keys.every((key) => is[key] === was[key])
}

function sameButRunning(
  before: readonly TranscriptItem[],
  now: readonly TranscriptItem[],
  running: Message,
): boolean {
  return (
    before.length === now.length &&
    now.every((item, place) => item === before[place] || item.key === running.messageId)
  )
}

function isSame<T>(before: readonly T[], now: readonly T[]): boolean {
  return before.length === now.length && now.every((one, place) => one === before[place])
}
