'use client'
/**
 * The time of a toast stands still while the pointer or the focus is at the toasts, and while nobody can see
 * them: nobody has to be fast (WCAG 2.2.1). Used by `toast.tsx`.
 */
import { type RefObject, useEffect } from 'react'

export function useStandstill(
  toast: RefObject<HTMLElement | null>,
  onHold: ((held: boolean) => void) | undefined,
): void {
  useEffect(() => {
    // All toasts are one place: the key that leads to them leads to their list.
    const place = toast.current?.closest('[data-sonner-toaster]') ?? toast.current
    if (!place || !onHold) return
    const end = new AbortController()
    let pointed = place.matches(':hover')
    let focused = place.contains(document.activeElement)
    let held = false
    const look = () => {
      const isHeld = pointed || focused || document.visibilityState === 'hidden'
      if (isHeld !== held) onHold(isHeld)
      held = isHeld
    }
    const at = (target: EventTarget, type: string, note: () => void) =>
      target.addEventListener(
        type,
        () => {
          note()
          look()
        },
        { signal: end.signal },
      )
    at(place, 'pointerenter', () => {
      pointed = true
    })
    at(place, 'pointerleave', () => {
      pointed = false
    })
    at(place, 'focusin', () => {
      focused = true
    })
    at(place, 'focusout', () => {
      focused = false
    })
    at(document, 'visibilitychange', () => {})
    look()
    return () => {
      end.abort()
      // It was put aside: the time goes on without it.
      if (held) onHold(false)
    }
  }, [toast, onHold])
}
