'use client'
/** One message that waits: its text, how far it is, and what one can do with it. */
import clsx from 'clsx'
import { ArrowUpToLine, CornerDownRight, Pencil, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './button.tsx'
import type { QueuedMessage } from './queued-message.ts'
import { StandingNote } from './standing-note.tsx'

export interface QueueRowCallbacks {
  onEdit: (id: string, content: string) => void
  onWithdraw: (id: string) => void
  onSendNext: (id: string) => void
}

interface QueueRowProps {
  message: QueuedMessage
  /** To drag it by; null where it stays where it is. */
  handle: ReactNode
  isFirst: boolean
  onEdit: () => void
  onWithdraw: () => void
  onSendNext: () => void
}

export function QueueRow(props: QueueRowProps) {
  const { message, handle, isFirst, onEdit, onWithdraw, onSendNext } = props
  const { content, kind, standing } = message
  const held = standing.state === 'held'
  return (
    <div className="flex items-center gap-x-2 py-1 ps-1.5 pe-1.5 max-sm:flex-wrap">
      {handle ?? (
        <span
          aria-hidden="true"
          className="inline-flex size-8 shrink-0 items-center justify-center touch:size-11"
        >
          <CornerDownRight className="size-3.5 text-ink-3" />
        </span>
      )}
      <p
        title={content}
        className={clsx(
          'min-w-0 flex-1 truncate text-sm max-sm:basis-[calc(100%-4rem)]',
          held ? 'text-ink-3' : 'text-ink',
        )}
      >
        {kind === 'regenerate' && <span className="text-ink-3">New answer to: </span>}
        {content}
      </p>
      <p className="shrink-0 text-xs text-ink-3 tabular-nums max-sm:order-1 max-sm:min-w-0 max-sm:flex-1 max-sm:ps-10 touch:max-sm:ps-13">
        <StandingNote standing={standing} />
      </p>
      <div className="flex shrink-0 max-sm:order-2">
        {kind === 'query' && (
          <IconButton label="Edit" side="top" onClick={onEdit}>
            <Pencil />
          </IconButton>
        )}
        <IconButton
          label="Send next"
          side="top"
          aria-disabled={isFirst}
          onClick={() => !isFirst && onSendNext()}
          className="aria-disabled:opacity-40 aria-disabled:hover:bg-transparent aria-disabled:hover:text-ink-3"
        >
          <ArrowUpToLine />
        </IconButton>
        <IconButton label="Withdraw" side="top" onClick={onWithdraw}>
          <X />
        </IconButton>
      </div>
    </div>
  )
}
