/**
 * The first message of a conversation, until the outbox has it: before that there is no session that it
 * could be sent to. Kept over reloads. Used by `use-first-message.ts`.
 */

export interface KeptFirst {
  /** Of the message, and of the request that makes its session: the same over reloads, so both run once. */
  id: string
  createId: string
  content: string
  /** The model that was chosen for the conversation; the server's own without one. */
  model?: string
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What was kept; null where it is something else. */
function parseKept(text: string | null): KeptFirst | null {
  const found: Partial<Record<keyof KeptFirst, unknown>> | null = attempt(() =>
    JSON.parse(text ?? ''),
  )
  const { id, createId, content, model, ...unknown } = found ?? {}
  if (Object.keys(unknown).length > 0) return null
  if (model !== undefined && typeof model !== 'string') return null
  if (typeof id !== 'string' || typeof createId !== 'string' || typeof content !== 'string')
    return null
  if (!uuid.test(id) || !uuid.test(createId)) return null
  return { id, createId, content, ...(model !== undefined && { model }) }
}

const prefix = 'agent-websocket:first:'
/** In `sessionStorage`: which of them this tab shows. */
const ownKey = 'agent-websocket:first'
/** Also there for where storage is refused. */
const kept = new Map<string, KeptFirst>()

/** Keeps it, as the one that this tab shows. */
export function keepFirst(first: KeptFirst): void {
  kept.set(first.id, first)
  attempt(() => localStorage.setItem(prefix + first.id, JSON.stringify(first)))
  attempt(() => sessionStorage.setItem(ownKey, first.id))
}

/** The outbox has it, or nobody wants it any more. */
export function releaseFirst(id: string): void {
  kept.delete(id)
  attempt(() => localStorage.removeItem(prefix + id))
}

/** In `sessionStorage`: the session that this tab is about to show. */
const nextKey = 'agent-websocket:first-session'

/**
 * The page changes its address to that of a session. The browser hears of it a moment later, and a reload before
 * that begins at the old one.
 */
export function keepAddress(sessionId: string): void {
  attempt(() => sessionStorage.setItem(nextKey, sessionId))
}

/** The session that this tab shows, or was about to show when it was left; null without one. */
export function keptAddress(): string | null {
  return attempt(() => sessionStorage.getItem(nextKey))
}

/** Whether this is what the tab showed before, and nobody asked for another address. */
export function isReload(): boolean {
  return performance
    .getEntriesByType('navigation')
    .some((entry) => entry instanceof PerformanceNavigationTiming && entry.type === 'reload')
}

export function releaseAddress(): void {
  attempt(() => sessionStorage.removeItem(nextKey))
}

export function isKept(id: string): boolean {
  return kept.has(id) || attempt(() => localStorage.getItem(prefix + id)) !== null
}

/** Those that an earlier load of the page left, or a tab that closed; `own` is the one of this tab. */
export function leftFirsts(): { own: KeptFirst | null; others: KeptFirst[] } {
  const keys = attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix)))
  const all = (keys ?? []).flatMap((key) => {
    const found = parseKept(attempt(() => localStorage.getItem(key)))
    return found && key === prefix + found.id ? [found] : []
  })
  const ownId = attempt(() => sessionStorage.getItem(ownKey))
  return {
    own: all.find(({ id }) => id === ownId) ?? null,
    others: all.filter(({ id }) => id !== ownId),
  }
}

/** Storage may be refused or full: then a reload loses what was not sent, and nothing else is lost. */
function attempt<T>(run: () => T): T | null {
  try {
    return run()
  } catch {
    return null
  }
}
