/**
 * Up to when one has seen each session in this browser: what is later than that is unread. Kept in
 * `localStorage`; other tabs follow. A session that this browser never saw counts as read, so that a new
 * browser does not begin with a list of marks.
 */
import type { Session } from '../../client/index.ts'

/** By session: its `lastActivity` when it was last seen. ISO 8601 in UTC sorts as text. */
export type Seen = Readonly<Record<string, string>>
type Activity = Pick<Session, 'sessionId' | 'lastActivity'>

const key = 'agent-websocket:seen'
/** With an answer's end the session becomes idle, a moment later: nobody has to look at that. */
const settlingMs = 100
/** The oldest go first: a mark that is lost is no harm. */
const maxKept = 500
const listeners = new Set<() => void>()
let current: Seen | null = null

export function getSeen(): Seen {
  current ??= read()
  return current
}

/** It was looked at, as it is now. */
export function markSeen(session: Activity): void {
  const { sessionId, lastActivity } = session
  const before = getSeen()[sessionId]
  if (before !== undefined && before >= lastActivity) return
  write({ ...getSeen(), [sessionId]: lastActivity })
}

/** Begins with those that are listed for the first time: they count as read. */
export function meetSessions(sessions: readonly Activity[]): void {
  const unknown = sessions.filter(({ sessionId }) => getSeen()[sessionId] === undefined)
  if (unknown.length === 0) return
  const met = unknown.map(({ sessionId, lastActivity }) => [sessionId, lastActivity])
  write({ ...getSeen(), ...Object.fromEntries(met) })
}

/** Those in which something happened since they were seen; the one that is shown is not among them. */
export function unreadOf(
  sessions: readonly Activity[],
  seen: Seen,
  shown: string | null,
): ReadonlySet<string> {
  const unread = sessions.filter(({ sessionId, lastActivity }) => {
    const until = seen[sessionId]
    return sessionId !== shown && until !== undefined && isNews(lastActivity, until)
  })
  return new Set(unread.map(({ sessionId }) => sessionId))
}

function isNews(lastActivity: string, until: string): boolean {
  return Date.parse(lastActivity) > Date.parse(until) + settlingMs
}

export function subscribeSeen(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return
    current = null
    listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}

function write(seen: Seen): void {
  const latest = Object.entries(seen)
    .sort(([, a], [, b]) => (a < b ? 1 : -1))
    .slice(0, maxKept)
  current = Object.fromEntries(latest)
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // Refused or full: they hold as long as the page.
  }
  for (const listener of listeners) listener()
}

function read(): Seen {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    const times = Object.entries(kept ?? {}).filter(([, time]) => typeof time === 'string')
    return Object.fromEntries(times)
  } catch {
    return {}
  }
}
