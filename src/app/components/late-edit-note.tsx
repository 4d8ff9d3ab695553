'use client'
/** An edit that came too late: what one wrote is kept, and one says where it goes. */
import { useEffect, useRef } from 'react'
import type { LateEdit } from '../chat/use-queue-edit.ts'
import { Button } from './button.tsx'

interface LateEditNoteProps {
  late: LateEdit
  onTake: () => void
  onForget: () => void
}

const sentences = {
  sent: 'This message has been sent already, without your change.',
  withdrawn: 'This message was withdrawn while you edited it.',
}

export function LateEditNote({ late, onTake, onForget }: LateEditNoteProps) {
  const take = useRef<HTMLButtonElement>(null)
  // The editor had the focus, and is gone.
  useEffect(() => {
    if (document.activeElement === document.body) take.current?.focus()
  }, [])
  return (
    <section
      aria-label="Late edit"
      className="animate-rise border-b border-line px-3 py-2.5 last:border-b-0"
    >
      <p role="alert" className="text-sm text-warn">
        {sentences[late.why]}
      </p>
      <p className="mt-1 line-clamp-3 text-sm wrap-anywhere whitespace-pre-wrap text-ink">
        {late.text}
      </p>
      <div className="mt-2 flex flex-wrap gap-1.5">
        <Button ref={take} onClick={onTake} className="h-8">
          Put it into the message field
        </Button>
        <Button tone="quiet" onClick={onForget} className="h-8">
          Discard
        </Button>
      </div>
    </section>
  )
}
