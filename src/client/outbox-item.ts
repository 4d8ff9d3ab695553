/** An outbox entry on its way, and what its sender sees of it. Used by the outbox. */
import type { AgentClientError } from './errors.ts'
import { type OutboxEntry, type OutboxReply, sessionOf } from './outbox-entry.ts'

export type ItemState =
  | { state: 'waiting' }
  /** Until then, because the server said so, or because the last try failed. */
  | { state: 'resting'; reason: AgentClientError['reason']; message: string; untilMs: number }
  | { state: 'sending' }
  | { state: 'refused'; reason: string; message: string }
  /** Acknowledged, with this number in the log: kept until the session's view has got that far. */
  | { state: 'sent'; seq: number }

export interface OutboxItem {
  entry: OutboxEntry
  readonly lane: string
  now: ItemState
  /** How often it was sent. From the first time on, the server may have it. */
  tries: number
  /** Calls off the end of its rest. */
  cancel: () => void
  /** Calls off the end of its time, where it is fleeting. */
  keepOn: () => void
  settle: { resolve(reply: OutboxReply): void; reject(error: AgentClientError): void } | null
}

/** A message that was written here and is not in the log yet. */
export interface OutgoingMessage {
  id: string
  content: string
  state: 'waiting-for-network' | 'sending' | 'refused'
  /** The question that it stands for, where one was edited and asked again. */
  replaces?: string
  /** Why it was refused, or why it is still being tried (`RATE_LIMITED`, `QUEUE_FULL`, …). */
  reason?: string
  /** With `reason`: a sentence for people. */
  message?: string
  /** When it is tried again, in milliseconds since 1970. */
  retryAt?: number
}

/** What a session's view shows of an item; null where it shows nothing of it. */
export function outgoingOf(
  { entry, now }: OutboxItem,
  sessionId: string,
  connected: boolean,
): OutgoingMessage | null {
  if (entry.kind !== 'query' || sessionOf(entry) !== sessionId) return null
  const { id } = entry
  const { content, replaces } = entry.input
  const said = { id, content, ...(replaces && { replaces }) }
  switch (now.state) {
    case 'refused':
      return { ...said, state: 'refused', reason: now.reason, message: now.message }
    case 'resting':
      return connected
        ? {
            ...said,
            state: 'sending',
            reason: now.reason,
            message: now.message,
            retryAt: now.untilMs,
          }
        : { ...said, state: 'waiting-for-network' }
    case 'sending':
    case 'sent':
      return { ...said, state: 'sending' }
    case 'waiting':
      return { ...said, state: connected ? 'sending' : 'waiting-for-network' }
  }
}
