'use client'
/** An edit that came too late: what one wrote is kept, and one says where it goes. */
import { useEffect, useRef } from 'react'
import type { LateEdit } from '../chat/use-queue-edit.ts'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'

interface LateEditNoteProps {
  late: LateEdit
  onTake: () => void
  onForget: () => void
}

export function LateEditNote({ late, onTake, onForget }: LateEditNoteProps) {
  const text = useText()
  const take = useRef<HTMLButtonElement>(null)
  // The editor had the focus, and is gone.
  useEffect(() => {
    if (document.activeElement === document.body) take.current?.focus()
  }, [])
  return (
    <section
      aria-label={text.queue.late}
      className="animate-rise border-b border-line px-3 py-2.5 last:border-b-0"
    >
      <p role="alert" className="text-sm text-warn">
        {late.why === 'sent' ? text.queue.lateSent : text.queue.lateWithdrawn}
      </p>
      <p className="mt-1 line-clamp-3 text-sm wrap-anywhere whitespace-pre-wrap text-ink">
        {late.text}
      </p>
      <div className="mt-2 flex flex-wrap gap-1.5">
        <Button ref={take} onClick={onTake}>
          {text.queue.take}
        </Button>
        <Button tone="quiet" onClick={onForget}>
          {text.outgoing.discard}
        </Button>
      </div>
    </section>
  )
}
