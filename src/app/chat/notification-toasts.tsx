'use client'
/** Notifications that arrive now, as toasts; the conversation keeps them. */
import { lazy, Suspense } from 'react'
import { useNotifications } from '../../client/react/index.ts'
import { showToast } from './show-toast.ts'
import { useHydrated } from './use-hydrated.ts'

const ToastHost = lazy(() => import('../components/toast-host.tsx'))

export function NotificationToasts() {
  const hydrated = useHydrated()
  useNotifications(({ level, content }) => showToast(level, content))
  if (!hydrated) return null
  return (
    <Suspense>
      <ToastHost />
    </Suspense>
  )
}
