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
      takeToasts(({ level, content }) => {
        toast.custom(
          (id) => <Toast level={level} content={content} onClose={() => toast.dismiss(id)} />,
          { duration: shownMs },
        )
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
