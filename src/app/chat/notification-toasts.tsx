'use client'
/** Notifications that arrive now, as toasts; the conversation keeps them. */
import { Toaster, toast } from 'sonner'
import { useNotifications } from '../../client/react/index.ts'
import { Toast, type ToastLevel } from '../components/toast.tsx'

const shownMs = 6_000

export function NotificationToasts() {
  useNotifications(({ level, content }) => showToast(level, content))
  return <Toaster position="top-center" offset={16} mobileOffset={12} gap={8} />
}

/** Shows a sentence for a few seconds. Also for what went wrong on the page's own account. */
export function showToast(level: ToastLevel, content: string): void {
  toast.custom(
    (id) => <Toast level={level} content={content} onClose={() => toast.dismiss(id)} />,
    { duration: shownMs },
  )
}
