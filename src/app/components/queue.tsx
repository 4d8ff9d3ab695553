'use client'
/**
 * What waits for its turn, above the composer: queries that the server has, then those on their way to
 * it. Issue 3 adds Edit and Send next beside Withdraw.
 */
import { CornerDownRight, X } from 'lucide-react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'

export interface QueuedMessage {
  id: string
  content: string
  /** Where it is not queued yet: on its way, or waiting for the network. */
  on?: 'network' | 'way'
}

interface QueueProps {
  messages: readonly QueuedMessage[]
  onWithdraw: (messageId: string) => void
}

export function Queue({ messages, onWithdraw }: QueueProps) {
  const { queue, outgoing } = useText()
  if (messages.length === 0) return null
  return (
    <ul
      aria-label={queue.name}
      className="mx-4 max-h-40 divide-y divide-line overflow-y-auto rounded-t-lg border border-b-0 border-line bg-wash"
    >
      {messages.map(({ id, content, on }) => (
        <li key={id} className="flex animate-rise items-center gap-2.5 py-1 ps-3 pe-1">
          <CornerDownRight aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
          <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{content}</span>
          {on && (
            <span className="shrink-0 text-xs text-ink-3">
              {on === 'network' ? outgoing.waitingForNetwork : outgoing.sending}
            </span>
          )}
          <IconButton label={queue.withdraw} side="top" onClick={() => onWithdraw(id)}>
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
