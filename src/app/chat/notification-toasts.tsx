'use client'
/** Notifications that arrive now, as toasts; the conversation keeps them. */
import { Suspense, useSyncExternalStore } from 'react'
import { useNotifications } from '../../client/react/index.ts'
import { later } from '../components/later.tsx'
import { showToast, toastsWanted } from './show-toast.ts'

const ToastHost = later(() => import('../components/toast-host.tsx'))
const onServer = () => false

export function NotificationToasts() {
  const { subscribe, getSnapshot } = toastsWanted
  const wanted = useSyncExternalStore(subscribe, getSnapshot, onServer)
  useNotifications(({ level, content }) => showToast(level, content))
  if (!wanted) return null
  return (
    <Suspense>
      <ToastHost />
    </Suspense>
  )
}
