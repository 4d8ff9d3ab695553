'use client'
/** A sentence that stays for a moment: read out at once where it is a warning or an error. */
import clsx from 'clsx'
import { X } from 'lucide-react'
import { type FocusEvent, useLayoutEffect, useRef } from 'react'
import type { ToastRequest } from '../chat/show-toast.ts'
import { useText } from '../i18n/use-text.tsx'
import { useStandstill } from './use-standstill.ts'

interface ToastProps extends Omit<ToastRequest, 'over'> {
  onClose: () => void
}

const dots = { info: 'bg-ink-3', success: 'bg-accent', warning: 'bg-warn', error: 'bg-danger' }

export function Toast({ level, content, action, onHold, onClose }: ToastProps) {
  const { page } = useText()
  const focus = useFocusHandedBack()
  useStandstill(focus.ref, onHold)
  return (
    <div
      {...focus}
      role={level === 'info' || level === 'success' ? 'status' : 'alert'}
      className="flex w-[min(24rem,calc(100vw-1.5rem))] items-start gap-3 rounded-lg border border-line bg-raised py-2.5 ps-4 pe-2 touch:py-1 touch:pe-1 text-sm text-ink shadow-float"
    >
      <span
        aria-hidden="true"
        className={clsx('mt-2 size-1.5 shrink-0 rounded-full touch:mt-4.75', dots[level])}
      />
      <p className="min-w-0 flex-1 py-0.5 wrap-anywhere touch:py-3 whitespace-pre-line">
        {content}
      </p>
      {action && (
        <button
          type="button"
          {...notSonners}
          onClick={() => {
            action.run()
            onClose()
          }}
          className="shrink-0 rounded-sm px-1.5 py-0.5 font-medium text-accent hover:bg-tint touch:px-2.5 touch:py-3"
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        {...notSonners}
        aria-label={page.dismiss}
        onClick={onClose}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-ink-3 hover:bg-tint hover:text-ink touch:size-11"
      >
        <X className="size-3.5" />
      </button>
    </div>
  )
}

/** Sonner gives the focus back also when somebody has put it elsewhere, and takes it from the message field. */
const notSonners = { 'data-dismissible': 'false' }

/** Gives the focus back to what had it before, where the toast goes with the focus in it. */
function useFocusHandedBack() {
  const ref = useRef<HTMLDivElement>(null)
  const before = useRef<Element | null>(null)
  useLayoutEffect(() => {
    const frame = ref.current
    return () => {
      const isInside = frame?.contains(document.activeElement) ?? false
      if (isInside && before.current instanceof HTMLElement) before.current.focus()
    }
  }, [])
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget
  }
  return { ref, onFocus }
}
