/**
 * Where each message goes that is not in the conversation yet: to its end while no answer runs, else to
 * the queue above the composer. A fold of a session's snapshot and the first message of a new one.
 */
import type { OutgoingMessage, SessionSnapshot } from '../../client/index.ts'
import type { PendingQuestion } from '../components/pending-question.ts'
import type { QueuedMessage, Standing } from '../components/queued-message.ts'
import type { FirstMessage } from './use-first-message.ts'

export interface PendingMessages {
  pending: PendingQuestion[]
  queued: QueuedMessage[]
}

interface Circumstances {
  connected: boolean
  /** What is edited in the queue stays there, whatever runs. */
  editing: string | null
}

export function pendingMessages(
  snapshot: SessionSnapshot,
  first: FirstMessage | null,
  { connected, editing }: Circumstances,
): PendingMessages {
  const { waiting, outgoing, running } = snapshot
  const queued = queuedTurns(snapshot)
  if (running) {
    return {
      pending: outgoing.filter(isRefused).map((message) => ({ kind: 'outgoing', message })),
      queued: [...queued, ...outgoing.filter((message) => !isRefused(message)).map(queuedOutgoing)],
    }
  }
  // The one that runs next stands where it will stand then: it does not jump. A new answer that is next
  // is about to stand under its question.
  const next = queued.find(({ id, standing }) => standing.state === 'queued' && id !== editing)
  const message = waiting.find(({ messageId }) => messageId === next?.id)
  const pending: PendingQuestion[] = message ? [{ kind: 'next', message }] : []
  for (const sent of outgoing) pending.push({ kind: 'outgoing', message: sent })
  if (first && isMissing(first, snapshot)) {
    const offline = first.message.state === 'sending' && !connected
    pending.push({
      kind: 'outgoing',
      message: offline ? { ...first.message, state: 'waiting-for-network' } : first.message,
    })
  }
  return { pending, queued: queued.filter((one) => one !== next) }
}

/** What is held is passed over: it has no place, and takes none. */
function queuedTurns({ queue }: SessionSnapshot): QueuedMessage[] {
  let place = 0
  return queue.map(({ messageId: id, content, kind, held }) => {
    const standing: Standing = held ? { state: 'held' } : { state: 'queued', place: ++place }
    return { id, content, kind, standing }
  })
}

function isRefused(message: OutgoingMessage): boolean {
  return message.state === 'refused'
}

function queuedOutgoing({ id, content, state, reason, retryAt }: OutgoingMessage): QueuedMessage {
  const standing: Standing =
    state === 'waiting-for-network'
      ? { state }
      : { state: 'sending', ...(reason !== undefined && { reason, retryAt }) }
  return { id, content, kind: 'query', standing }
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
