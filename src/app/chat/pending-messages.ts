/**
 * Where each message goes that is not in the conversation yet: to its end while no answer runs, else to
 * the queue above the composer. A fold of a session's snapshot and the first message of a new one.
 */
import type { OutgoingMessage, SessionSnapshot } from '../../client/index.ts'
import type { PendingQuestion } from '../components/pending-question.ts'
import type { QueuedMessage } from '../components/queue.tsx'
import type { FirstMessage } from './use-first-message.ts'

export interface PendingMessages {
  pending: PendingQuestion[]
  queued: QueuedMessage[]
}

export function pendingMessages(
  snapshot: SessionSnapshot,
  first: FirstMessage | null,
  connected: boolean,
): PendingMessages {
  const { waiting, outgoing, running } = snapshot
  if (running) {
    return {
      pending: outgoing.filter(isRefused).map((message) => ({ kind: 'outgoing', message })),
      queued: [
        ...waiting.map(({ messageId, content }) => ({ id: messageId, content })),
        ...outgoing.filter((message) => !isRefused(message)).map(queuedOutgoing),
      ],
    }
  }
  // The one that runs next stands where it will stand then: it does not jump.
  const [next, ...rest] = waiting
  const pending: PendingQuestion[] = next ? [{ kind: 'next', message: next }] : []
  for (const message of outgoing) pending.push({ kind: 'outgoing', message })
  if (first && isMissing(first, snapshot)) {
    const { message } = first
    const offline = message.state === 'sending' && !connected
    pending.push({
      kind: 'outgoing',
      message: offline ? { ...message, state: 'waiting-for-network' } : message,
    })
  }
  return { pending, queued: rest.map(({ messageId, content }) => ({ id: messageId, content })) }
}

function isRefused(message: OutgoingMessage): boolean {
  return message.state === 'refused'
}

function queuedOutgoing({ id, content, state }: OutgoingMessage): QueuedMessage {
  return { id, content, on: state === 'waiting-for-network' ? 'network' : 'way' }
}

/** Whether the session's own view does not show its first message yet. */
function isMissing({ message }: FirstMessage, snapshot: SessionSnapshot): boolean {
  const { items, waiting, outgoing } = snapshot
  return (
    !items.some(({ key }) => key === message.id) &&
    !waiting.some(({ messageId }) => messageId === message.id) &&
    !outgoing.some(({ id }) => id === message.id)
  )
}
