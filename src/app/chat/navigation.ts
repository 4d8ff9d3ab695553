'use client'
/**
 * Where one is: a session, or a new conversation. Going somewhere else changes the address and nothing
 * is fetched, so it works offline and does not flash.
 */
import { usePathname } from 'next/navigation'
import type { MouseEvent } from 'react'

/** The session that is shown; null for a new conversation. */
export function useCurrentSession(): string | null {
  return sessionOf(usePathname())
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
export function goTo(sessionId: string | null, how: 'push' | 'replace' = 'push'): void {
  const path = sessionPath(sessionId)
  if (window.location.pathname === path) return
  if (how === 'push') window.history.pushState(null, '', path)
  else window.history.replaceState(null, '', path)
}

/** For a link: a plain click stays in the page, any other is the browser's. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
}
