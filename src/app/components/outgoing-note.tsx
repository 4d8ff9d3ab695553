'use client'
/** Under a message that has not arrived: why, and what one can do about it. */
import type { OutgoingMessage } from '../../client/index.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
import { SendingNote } from './standing-note.tsx'

interface OutgoingNoteProps {
  message: OutgoingMessage
  onResend: (messageId: string) => void
  onDiscard: (messageId: string) => void
}

export default function OutgoingNote({ message, onResend, onDiscard }: OutgoingNoteProps) {
  const { id, state } = message
  const text = useText()
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span className={state === 'refused' ? 'text-danger' : 'text-ink-3'}>
        <OutgoingSentence message={message} />
      </span>
      {state === 'refused' && (
        <NoteButton onClick={() => onResend(id)}>{text.page.tryAgain}</NoteButton>
      )}
      {state !== 'sending' && (
        <NoteButton onClick={() => onDiscard(id)}>{text.outgoing.discard}</NoteButton>
      )}
    </div>
  )
}

function NoteButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="rounded-sm font-medium text-ink underline decoration-edge underline-offset-4 hover:decoration-ink py-0.5 touch:py-3"
    >
      {children}
    </button>
  )
}

/** How far a message is that was written here and is not in the log yet. */
function OutgoingSentence({ message }: { message: OutgoingMessage }) {
  const text = useText()
  switch (message.state) {
    case 'waiting-for-network':
      return text.outgoing.sentByItself
    case 'sending':
      return <SendingNote reason={message.reason} retryAt={message.retryAt} />
    case 'refused':
      return sayError(text, message) ?? text.outgoing.refused
  }
}
