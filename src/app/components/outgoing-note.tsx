'use client'
/** Under a message that has not arrived: why, and what one can do about it. */
import type { OutgoingMessage } from '../../client/outbox-item.ts'
import type { Dictionary } from '../i18n/en.ts'
import type { Formats } from '../i18n/formats.ts'
import { sayError } from '../i18n/say-error.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'

interface OutgoingNoteProps {
  message: OutgoingMessage
  onResend: (messageId: string) => void
  onDiscard: (messageId: string) => void
}

export function OutgoingNote({ message, onResend, onDiscard }: OutgoingNoteProps) {
  const { id, state } = message
  const text = useText()
  const formats = useFormats()
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span className={state === 'refused' ? 'text-danger' : 'text-ink-3'}>
        {outgoingSentence(message, { text, formats })}
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
      className="rounded-sm font-medium text-ink underline decoration-edge underline-offset-4 hover:decoration-ink touch:py-2"
    >
      {children}
    </button>
  )
}

interface Spoken {
  text: Dictionary
  formats: Formats
}

/** How far a message is that was written here and is not in the log yet. */
function outgoingSentence(message: OutgoingMessage, spoken: Spoken): string {
  const { text } = spoken
  switch (message.state) {
    case 'waiting-for-network':
      return text.outgoing.sentByItself
    case 'sending':
      return message.reason ? waitingSentence(message, spoken) : text.outgoing.sending
    case 'refused':
      return sayError(text, message) ?? text.outgoing.refused
  }
}

/** From here on a time of day says more than a moment. */
const longMs = 10_000

/** Why the server does not take it yet, and when it is sent again. */
function waitingSentence({ retryAt = 0 }: OutgoingMessage, { text, formats }: Spoken): string {
  if (retryAt - Date.now() < longMs) return text.outgoing.busy
  return text.outgoing.limitedUntil(formats.timeOfDay(new Date(retryAt).toISOString()))
}
