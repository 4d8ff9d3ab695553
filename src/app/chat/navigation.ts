'use client'
/**
 * Where one is: a session, or a new conversation. Going somewhere else changes the address and nothing
 * is fetched, so it works offline and does not flash. The page shows it before the next key comes; Next's router
 * hears of it through the history, and follows (decision 096).
 */
import { usePathname } from 'next/navigation'
import { type MouseEvent, useSyncExternalStore } from 'react'

const isBrowser = typeof window !== 'undefined'
/** Ours, and not the address itself: for a moment Next's router may put an earlier one back there. */
let here = isBrowser ? window.location.pathname : ''
const listeners = new Set<() => void>()

function arrive(path: string): void {
  here = path
  for (const listener of listeners) listener()
}

// From the beginning: somebody may go back before the page takes over.
if (isBrowser) window.addEventListener('popstate', () => arrive(window.location.pathname))

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What the server renders is of the address that was asked for, which is where the browser begins. */
const usePathAtFirst = isBrowser ? () => here : usePathname

/** The session that is shown; null for a new conversation. */
export function useCurrentSession(): string | null {
  const first = usePathAtFirst()
  return sessionOf(
    useSyncExternalStore(
      subscribe,
      () => here,
      () => first,
    ),
  )
}

/** The same, for who asks once. */
export function currentSession(): string | null {
  return sessionOf(here)
}

export function sessionOf(path: string): string | null {
  const id = /^\/s\/([^/]+)\/?$/.exec(path)?.[1]
  if (id === undefined) return null
  try {
    return decodeURIComponent(id)
  } catch {
    // A broken escape is no session's address.
    return null
  }
}

export function sessionPath(sessionId: string | null): string {
  return sessionId === null ? '/' : `/s/${encodeURIComponent(sessionId)}`
}

/** Goes to a session, or to a new conversation. */
export function goTo(sessionId: string | null): void {
  const path = sessionPath(sessionId)
  if (here === path) return
  window.history.pushState(null, '', path)
  arrive(path)
}

/** For a link: a plain click stays in the page, any other is the browser's. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
}
