'use client'
/** Draws the toasts. Fetched after the page, by the notifications. */
import { useEffect } from 'react'
import { Toaster, toast } from 'sonner'
import { takeToasts } from '../chat/show-toast.ts'
import { Toast } from './toast.tsx'

const shownMs = 6_000

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
      offset={16}
      mobileOffset={12}
      gap={8}
      style={{ fontFamily: 'inherit' }}
    />
  )
}
