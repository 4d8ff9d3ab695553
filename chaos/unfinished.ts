/** What of a session has not come to its end, by its events. Used by the runner, to know when all is quiet. */
import type { SessionEvent } from '../src/core/events.ts'

export interface Unfinished {
  /** Queries that wait, are held, or run; by the query's id. */
  turns: Set<string>
  held: Set<string>
}

export function unfinished(events: readonly SessionEvent[]): Unfinished {
  const turns = new Set<string>()
  const held = new Set<string>()
  const queryOf = new Map<string, string>()
  for (const event of events) {
    switch (event.type) {
      case 'query': {
        const { messageId, state } = event
        if (state === 'queued') turns.add(messageId)
        if (state === 'withdrawn') turns.delete(messageId)
        if (state === 'held') held.add(messageId)
        if (state === 'released' || state === 'withdrawn') held.delete(messageId)
        break
      }
      case 'command': {
        const target = event.args?.messageId
        if (typeof target !== 'string') break
        if (event.name === 'regenerate') turns.add(target)
        // A new answer that waited was withdrawn; what runs ends by itself.
        if (event.name === 'cancel' && !queryOf.has(target)) turns.delete(target)
        break
      }
      case 'status':
        if (event.state === 'thinking' && event.answerId && event.messageId) {
          queryOf.set(event.answerId, event.messageId)
        }
        break
      case 'response':
        turns.delete(event.replyTo)
        break
      case 'error':
        if (event.messageId) turns.delete(event.messageId)
        break
    }
  }
  return { turns, held }
}
