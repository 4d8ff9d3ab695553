/**
 * What an outbox entry does to the queue of its session: told to the session's view, so that it shows
 * what was asked for before the log has it. Used by the outbox and by `queued-turns.ts`.
 */
import type { EventBody } from '../core/events.ts'
import type { CommandArgs } from '../core/inputs.ts'
import { type OutboxEntry, type OutboxReply, sessionOf } from './outbox-entry.ts'

type QueryBody = Extract<EventBody, { type: 'query' }>

export type QueueChange =
  | ({ name: 'edit' } & CommandArgs['edit'])
  | { name: 'hold' | 'release' | 'withdraw'; messageId: string }

/** Null for what leaves the queue of this session as it is. An entry's arguments may be anybody's. */
export function queueChangeOf(entry: OutboxEntry, sessionId: string): QueueChange | null {
  if (entry.kind !== 'command' || sessionOf(entry) !== sessionId) return null
  const { name, args: { messageId, content, priority } = {} } = entry.input
  if (typeof messageId !== 'string') return null
  switch (name) {
    case 'edit':
      return {
        name,
        messageId,
        ...(typeof content === 'string' && { content }),
        ...((priority === 'high' || priority === 'normal') && { priority }),
      }
    case 'hold':
    case 'release':
      return { name, messageId }
    case 'cancel':
      return { name: 'withdraw', messageId }
    default:
      return null
  }
}

/** Whether the server did it, so that an event of the log says so too. */
export function isDone(entry: OutboxEntry, reply: OutboxReply): boolean {
  if (entry.kind !== 'command' || !('outcome' in reply)) return false
  const changed = reply.outcome === 'ok' || reply.outcome === 'withdrawn'
  return changed && queueChangeOf(entry, entry.input.sessionId) !== null
}

/** The event that it will be, but for its number. `before` is the text and the priority as they stand. */
export function eventOf(
  change: QueueChange,
  before: Pick<QueryBody, 'content' | 'priority'>,
): QueryBody {
  const { messageId } = change
  const timestamp = new Date(0).toISOString()
  switch (change.name) {
    case 'edit': {
      const { content = before.content, priority = before.priority } = change
      return { type: 'query', messageId, state: 'edited', content, priority, timestamp }
    }
    case 'hold':
      return { type: 'query', messageId, state: 'held', ...before, timestamp }
    case 'release':
      return { type: 'query', messageId, state: 'released', ...before, timestamp }
    case 'withdraw':
      return { type: 'query', messageId, state: 'withdrawn', ...before, timestamp }
  }
}
