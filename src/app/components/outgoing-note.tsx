'use client'
/** Under a message that has not arrived: why, and what one can do about it. */
import type { OutgoingMessage } from '../../client/outbox-item.ts'
import { SendingNote } from './standing-note.tsx'

interface OutgoingNoteProps {
  message: OutgoingMessage
  onResend: (messageId: string) => void
  onDiscard: (messageId: string) => void
}

export function OutgoingNote({ message, onResend, onDiscard }: OutgoingNoteProps) {
  const { id, state } = message
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span className={state === 'refused' ? 'text-danger' : 'text-ink-3'}>
        <OutgoingSentence message={message} />
      </span>
      {state === 'refused' && <NoteButton onClick={() => onResend(id)}>Try again</NoteButton>}
      {state !== 'sending' && <NoteButton onClick={() => onDiscard(id)}>Discard</NoteButton>}
    </div>
  )
}

function NoteButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="rounded-sm font-medium text-ink underline decoration-edge underline-offset-4 hover:decoration-ink touch:py-2"
    >
      {children}
    </button>
  )
}

/** How far a message is that was written here and is not in the log yet. */
function OutgoingSentence({ message }: { message: OutgoingMessage }) {
  switch (message.state) {
    case 'waiting-for-network':
      return 'Waiting for the network. It is sent by itself.'
    case 'sending':
      return <SendingNote reason={message.reason} retryAt={message.retryAt} />
    case 'refused':
      return message.message ?? 'This message was not accepted.'
  }
}
