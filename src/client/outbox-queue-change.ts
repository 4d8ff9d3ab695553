/**
 * What an outbox entry does to the queue of its session: told to the session's view, so that it shows
 * what was asked for before the log has it. Used by the outbox and by `queued-turns.ts`.
 */
import type { EventBody } from '../core/events.ts'
import { type CommandArgs, commandArgs } from '../core/inputs.ts'
import { type OutboxEntry, type OutboxReply, sessionOf } from './outbox-entry.ts'

export type QueueChange =
  | ({ name: 'edit' } & CommandArgs['edit'])
  | { name: 'hold' | 'release' | 'withdraw'; messageId: string }

/** Null for what leaves the queue of this session as it is. */
export function queueChangeOf(entry: OutboxEntry, sessionId: string): QueueChange | null {
  if (entry.kind !== 'command' || sessionOf(entry) !== sessionId) return null
  const { name, args } = entry.input
  switch (name) {
    case 'edit': {
      const edit = commandArgs.edit.safeParse(args)
      return edit.success ? { name, ...edit.data } : null
    }
    case 'hold':
    case 'release': {
      const named = commandArgs[name].safeParse(args)
      return named.success ? { name, ...named.data } : null
    }
    case 'cancel': {
      const { messageId } = commandArgs.cancel.safeParse(args).data ?? {}
      return messageId === undefined ? null : { name: 'withdraw', messageId }
    }
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
  before: Pick<Extract<EventBody, { type: 'query' }>, 'content' | 'priority'>,
): EventBody {
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
