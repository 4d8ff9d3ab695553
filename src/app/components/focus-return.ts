/**
 * Gives the focus back to what had it before a dialog opened. Radix gives it to the dialog's trigger,
 * and ours are opened by state. Used by the drawer and by the dialogs.
 */
import { useRef } from 'react'

interface FocusReturn {
  onOpenAutoFocus: () => void
  onCloseAutoFocus: (event: Event) => void
}

/** For the content of a dialog. */
export function useFocusReturn(): FocusReturn {
  const before = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault()
      // What the dialog was for may have put the focus elsewhere already.
      const isNowhere = document.activeElement === document.body
      if (isNowhere && before.current instanceof HTMLElement) before.current.focus()
      before.current = null
    },
  }
}
