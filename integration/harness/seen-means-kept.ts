/**
 * G3, counted: of what readers were given before a crash, what does the log not have after it? Events are
 * compared by id and as a whole. Deltas are compacted (E5), so of them the text is compared, by offset.
 */
import { isDeepStrictEqual } from 'node:util'
import type { SessionEvent } from '../../src/client/index.ts'
import type { EventLog } from './event-log.ts'

type Delta = Extract<SessionEvent, { type: 'delta' }>

/** What a reader was given and the log does not have, or has with other words. */
export function takenBack(given: readonly SessionEvent[], log: EventLog): SessionEvent[] {
  const kept = new Map(log.events.map((event) => [event.id, event]))
  const texts = textsOf(log)
  return given.filter((event) => {
    if (event.type === 'delta') return !texts.has(event)
    return !isDeepStrictEqual(kept.get(event.id), event)
  })
}

/** The text of each attempt, as far as the log has it. */
function textsOf(log: EventLog) {
  const texts = new Map<string, string>()
  const ended = new Map<string, number>()
  const key = (messageId: string, attempt: number) => `${messageId} ${attempt}`
  for (const event of log.events) {
    if (event.type === 'response') {
      texts.set(key(event.messageId, event.attempt), event.content)
      ended.set(event.messageId, event.attempt)
    } else if (event.type === 'delta') {
      const of = key(event.messageId, event.attempt)
      texts.set(of, (texts.get(of) ?? '').slice(0, event.offset) + event.content)
    }
  }
  return {
    has({ messageId, attempt, offset, content }: Delta): boolean {
      const last = ended.get(messageId)
      // The response of a later attempt stands for the answer: what came before it was withdrawn by the log.
      if (last !== undefined && last > attempt) return true
      const text = texts.get(key(messageId, attempt))
      return text?.slice(offset, offset + content.length) === content
    },
  }
}
