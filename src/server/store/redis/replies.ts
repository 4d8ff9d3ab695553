/** What Redis answers, parsed: it is an edge like any other. Used all over this folder. */
import { z } from 'zod'
import { formatCursor } from '../../../core/cursor.ts'
import type { EventBody, LogEvent } from '../../../core/events.ts'
import { sessionState } from '../../../core/messages.ts'
import type { Recorded, SessionRecord } from '../../../core/ports/store.ts'
import { readLogEvent } from '../../../core/read-log-event.ts'

export const count = z.coerce.number().pipe(z.int())
export const strings = z.array(z.string())

export const recordFields = [
  'sessionId',
  'userId',
  'title',
  'model',
  'state',
  'createdAt',
  'lastActivity',
  'epoch',
  'lastSeq',
  'controlSeq',
] as const

const record = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  sessionState,
  z.string(),
  z.string(),
  z.string(),
  count,
  count,
])

/** `HMGET head recordFields`; null where there is none. */
export function decodeRecord(reply: readonly (string | null)[]): SessionRecord | null {
  if (reply[0] == null) return null
  const [
    sessionId,
    userId,
    title,
    model,
    state,
    createdAt,
    lastActivity,
    epoch,
    lastSeq,
    controlSeq,
  ] = record.parse(reply)
  return {
    sessionId,
    userId,
    title,
    model,
    state,
    createdAt,
    lastActivity,
    epoch,
    lastSeq,
    controlSeq,
  }
}

/** How many characters, then what it is: deltas, by far the most, without names. */
export function encodeEvents(events: readonly EventBody[]): string[] {
  return events.flatMap((event) => {
    const chars = event.content.length
    if (event.type !== 'delta') return ['', `${chars} ${JSON.stringify(event)}`]
    const { messageId, replyTo, attempt, offset, timestamp, content } = event
    return [messageId, `${chars} ${JSON.stringify([replyTo, attempt, offset, timestamp, content])}`]
  })
}

const delta = z.tuple([z.string(), z.number(), z.number(), z.string(), z.string()])

/** An entry of a stream. Throws an error that names the session and the number, and nothing of the content. */
export function decodeEvent(
  [entryId, answer, value]: [string, string, string],
  { sessionId, epoch }: { sessionId: string; epoch: string },
): LogEvent {
  const seq = Number.parseInt(entryId, 10)
  const place = { id: formatCursor({ epoch, seq }), seq, sessionId }
  try {
    const body: unknown = JSON.parse(value.slice(value.indexOf(' ') + 1))
    if (answer === '') {
      const fields = typeof body === 'object' ? body : {}
      return readLogEvent({ ...fields, ...place })
    }
    const [replyTo, attempt, offset, timestamp, content] = delta.parse(body)
    const event = { ...place, type: 'delta', messageId: answer, replyTo, attempt, offset } as const
    return { ...event, timestamp, content }
  } catch {
    // The cause is left out: a parser's error quotes what it read.
    throw new Error(`event ${seq} of session ${sessionId} in Redis is not readable`)
  }
}

const kept = z.tuple([z.string(), z.unknown()])

export function encodeOnce({ hash, reply }: { hash: string; reply: unknown }): string {
  return JSON.stringify([hash, reply ?? null])
}

/** The number of the first event, then what `encodeOnce` made. */
export function decodeOnce(value: string, sessionId: string): Recorded {
  const space = value.indexOf(' ')
  const [hash, reply] = kept.parse(JSON.parse(value.slice(space + 1)))
  return { sessionId, hash, seq: count.parse(value.slice(0, space)), reply }
}
