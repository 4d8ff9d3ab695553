/**
 * Reads an entry of a log that this or a newer version may have written: while servers are replaced one by one, the
 * old ones read what the new ones write. Used by the stores, for every row.
 *
 * - A kind of event, or a state of one, that this version does not know becomes `unknown`: it keeps its number, and
 *   changes nothing (docs/decisions/054-what-a-newer-version-writes.md).
 * - An end of a turn stays one, whatever its reason is called: who took it for nothing would answer again.
 * - What is not even that is damaged, and throws.
 */
import { z } from 'zod'
import { errorCode, finishReason, type LogEvent, logEvent, notificationLevel } from './events.ts'

/** Names that a newer version may bring. Anything else in their place is damage. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)

const base = logEvent.options[0].pick({ id: true, seq: true, sessionId: true, content: true })
const written = z.looseObject({ ...base.shape, timestamp: z.string(), type: name })

/** What a name that is not known is read as, where the event must keep its meaning. */
const readAs = {
  response: { field: 'finishReason', known: finishReason, as: 'stop' },
  error: { field: 'code', known: errorCode, as: 'INTERNAL' },
  notification: { field: 'level', known: notificationLevel, as: 'info' },
} as const

/** Where an event of a known kind has a name that may be new, and then says nothing to us. */
const namedBy: Readonly<Record<string, string>> = {
  query: 'state',
  status: 'state',
  command: 'name',
  feedback: 'rating',
}

export function readLogEvent(value: unknown): LogEvent {
  const read = logEvent.safeParse(value)
  if (read.success) return read.data
  const { type, ...event } = written.parse(value)
  if (type in readAs) {
    const { field, known, as } = readAs[type as keyof typeof readAs]
    const isNew = name.safeParse(event[field]).success && !known.safeParse(event[field]).success
    if (isNew) return logEvent.parse({ ...event, type, [field]: as })
    throw read.error
  }
  if (type in namedBy ? isOnlyNamedAnew(type, event) : !isKnown(type)) {
    const { id, seq, sessionId, content, timestamp } = event
    return { id, seq, sessionId, content, timestamp, type: 'unknown' }
  }
  throw read.error
}

const kinds = new Set<string>(logEvent.options.map(({ shape }) => shape.type.value))
const isKnown = (type: string) => kinds.has(type)

/** Whether it would be readable with a name that is known: then the name is what is new in it. */
function isOnlyNamedAnew(type: string, event: Record<string, unknown>): boolean {
  const field = namedBy[type] ?? ''
  if (!name.safeParse(event[field]).success) return false
  const some = { query: 'queued', status: 'idle', command: 'help', feedback: 'none' }[type]
  return logEvent.safeParse({ ...event, type, [field]: some }).success
}
