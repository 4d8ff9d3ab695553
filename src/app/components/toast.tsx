'use client'
/** A sentence that stays for a moment: read out at once where it is a warning or an error. */
import clsx from 'clsx'
import { X } from 'lucide-react'
import type { ToastRequest } from '../chat/show-toast.ts'
import { useText } from '../i18n/use-text.tsx'

interface ToastProps extends Omit<ToastRequest, 'over'> {
  onClose: () => void
}

const dots = { info: 'bg-ink-3', success: 'bg-accent', warning: 'bg-warn', error: 'bg-danger' }

export function Toast({ level, content, action, onClose }: ToastProps) {
  const { page } = useText()
  return (
    <div
      role={level === 'info' || level === 'success' ? 'status' : 'alert'}
      className="flex w-[min(24rem,calc(100vw-1.5rem))] items-start gap-3 rounded-lg border border-line bg-raised py-2.5 ps-4 pe-2 text-sm text-ink shadow-float"
    >
      <span
        aria-hidden="true"
        className={clsx('mt-2 size-1.5 shrink-0 rounded-full touch:mt-3.75', dots[level])}
      />
      <p className="min-w-0 flex-1 py-0.5 wrap-anywhere touch:py-2 whitespace-pre-line">
        {content}
      </p>
      {action && (
        <button
          type="button"
          onClick={() => {
            action.run()
            onClose()
          }}
          className="shrink-0 rounded-sm px-1.5 py-0.5 font-medium text-accent hover:bg-tint touch:py-2"
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={page.dismiss}
        onClick={onClose}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-ink-3 hover:bg-tint hover:text-ink touch:size-9"
      >
        <X className="size-3.5" />
      </button>
    </div>
  )
}
