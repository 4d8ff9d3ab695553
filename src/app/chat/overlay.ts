'use client'
/** Which of the page's dialogs is open: one at most. Opened from menus, keys and the palette. */
import { useSyncExternalStore } from 'react'

export type Overlay = 'palette' | 'settings' | 'keyboard'

let open: Overlay | null = null
const listeners = new Set<() => void>()

export function showOverlay(overlay: Overlay | null): void {
  open = overlay
  for (const listener of listeners) listener()
}

export function openOverlay(): Overlay | null {
  return open
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(subscribe, openOverlay, () => null)
}
