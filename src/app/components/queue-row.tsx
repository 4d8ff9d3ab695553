'use client'
/** One message that waits: its text, how far it is, and what one can do with it. */
import clsx from 'clsx'
import { ArrowUpToLine, CornerDownRight, Pencil, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.tsx'
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
  const { queue: text } = useText()
  const held = standing.state === 'held'
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)_auto_auto] items-center gap-x-2 py-1 ps-1.5 pe-1.5 max-sm:grid-cols-[auto_minmax(0,1fr)_auto] max-sm:pb-0">
      <span className="flex max-sm:row-span-2">
        {handle ?? (
          <span
            aria-hidden="true"
            className="inline-flex size-8 items-center justify-center touch:size-11"
          >
            <CornerDownRight className="size-3.5 text-ink-3" />
          </span>
        )}
      </span>
      <p
        title={content}
        className={clsx(
          'truncate text-sm max-sm:col-span-2 max-sm:col-start-2 max-sm:row-start-1 max-sm:pt-1.5 max-sm:pe-2',
          held ? 'text-ink-3' : 'text-ink',
        )}
      >
        {kind === 'regenerate' && <span className="text-ink-3">{text.newAnswer}</span>}
        {content}
      </p>
      <p className="text-xs text-ink-3 tabular-nums max-sm:col-start-2">
        <StandingNote standing={standing} />
      </p>
      <div className="flex">
        {kind === 'query' && (
          <IconButton label={text.edit} side="top" onClick={onEdit}>
            <Pencil />
          </IconButton>
        )}
        <IconButton
          label={text.sendNext}
          side="top"
          aria-disabled={isFirst}
          onClick={() => !isFirst && onSendNext()}
          className="aria-disabled:opacity-40 aria-disabled:hover:bg-transparent aria-disabled:hover:text-ink-3"
        >
          <ArrowUpToLine />
        </IconButton>
        <IconButton label={text.withdraw} side="top" onClick={onWithdraw}>
          <X />
        </IconButton>
      </div>
    </div>
  )
}
