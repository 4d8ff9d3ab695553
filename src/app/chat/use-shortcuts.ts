'use client'
/** The keys that work everywhere on the page. Used once, by the shell. */
import { useEffect } from 'react'
import { openOverlay, showOverlay } from './overlay.ts'

export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return
      const mod = event.ctrlKey || event.metaKey
      if (mod && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        showOverlay(openOverlay() === 'palette' ? null : 'palette')
      } else if (!mod && event.key === '?' && !isWriting(event.target)) {
        event.preventDefault()
        showOverlay('keyboard')
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Whether the key is meant for a text. */
function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
