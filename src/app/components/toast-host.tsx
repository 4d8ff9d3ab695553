'use client'
/** Draws the toasts. Fetched after the page, by the notifications. */
import { type CSSProperties, useEffect } from 'react'
import { Toaster, toast } from 'sonner'
import { takeToasts } from '../chat/show-toast.ts'
import { Toast } from './toast.tsx'

const shownMs = 6_000

/** Under the notch, where there is one. */
const fromTop = (rem: number) => `calc(${rem}rem + env(safe-area-inset-top))`

/** As wide as a toast is: with a width of its own sonner puts it off the middle. */
const look: CSSProperties & { '--width': string } = {
  fontFamily: 'inherit',
  '--width': 'min(24rem, calc(100vw - 1.5rem))',
}

export default function ToastHost() {
  useEffect(
    () =>
      takeToasts(({ over, ...request }) => {
        if (over?.aborted) return
        const id = toast.custom(
          (own) => <Toast {...request} onClose={() => toast.dismiss(own)} />,
          {
            duration: over ? Number.POSITIVE_INFINITY : shownMs,
          },
        )
        over?.addEventListener('abort', () => toast.dismiss(id), { once: true })
      }),
    [],
  )
  return (
    <Toaster
      position="top-center"
      offset={{ top: fromTop(1) }}
      // Below the header: its buttons are not covered.
      mobileOffset={{ top: fromTop(3.75), left: 12, right: 12 }}
      gap={8}
      style={look}
    />
  )
}
