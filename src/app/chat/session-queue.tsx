'use client'
/**
 * Connects the queue to a session: what one edits, and what each press does. Fetched with the first touch,
 * for before it nobody has sent anything. Used by the page's main part.
 */
import { useEffect } from 'react'
import type { CommandOutcome, SessionHandle, SessionSnapshot } from '../../client/index.ts'
import { Queue } from '../components/queue.tsx'
import type { QueuedMessage } from '../components/queued-message.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { announce } from './announce.ts'
import { focusComposer } from './composer-focus.ts'
import { messageSize } from './message-size.ts'
import { showToast } from './show-toast.ts'
import { useQueueEdit } from './use-queue-edit.ts'
import type { Settle } from './use-session-actions.ts'

interface SessionQueueProps {
  handle: SessionHandle | null
  snapshot: SessionSnapshot
  messages: readonly QueuedMessage[]
  connected: boolean
  /** Of a message; null where it is not known yet. */
  maxBytes: number | null
  settle: Settle
  /** Which message is edited here; null for none. */
  onEditing: (id: string | null) => void
  /** A text that came too late goes to the composer. */
  onTake: (text: string) => void
}

export default function SessionQueue(props: SessionQueueProps) {
  const { handle, snapshot, messages, connected, maxBytes, settle, onEditing, onTake } = props
  const text = useText()
  const { number } = useFormats()
  const edit = useQueueEdit(handle, snapshot, connected)
  const editingId = edit.editing?.id ?? null
  useEffect(() => onEditing(editingId), [editingId, onEditing])

  /** What a press came to: read out where one sees it, and shown where it came too late. */
  const say = (action: Promise<CommandOutcome> | undefined, done?: string) => {
    const said = action?.then((outcome) => {
      const isLate = outcome === 'already-started' || outcome === 'already-finished'
      if (isLate) showToast('info', text.queue.tooLate)
      else if (done) announce(outcome === 'cancelled' ? text.answer.cancelled : done)
    })
    settle(said)
    return said
  }
  return (
    <Queue
      messages={messages}
      editing={edit.editing}
      late={edit.late}
      connected={connected}
      problemOf={(written) => {
        const size = messageSize(written, maxBytes)
        return size.fits ? null : text.queue.tooLong(number(size.charactersOver))
      }}
      onEdit={edit.begin}
      onWrite={edit.write}
      onSave={edit.save}
      onCancel={edit.cancel}
      onWithdraw={(id) => say(handle?.withdraw(id), text.queue.withdrawn)}
      onSendNext={(id) => say(handle?.sendNext(id), text.queue.sentAhead)}
      onArrange={async (ids) => {
        await say(handle?.arrange(ids))?.catch(() => {})
      }}
      onTake={(late) => {
        edit.forget(late.id)
        onTake(late.text)
      }}
      onForget={edit.forget}
      onEmpty={focusComposer}
    />
  )
}
