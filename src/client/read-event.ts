/**
 * An event as the server sent it, checked: a newer server may send what this client does not know. By hand, and
 * with no library of schemas, which would be most of what a browser loads at first; `read-event.test.ts` holds
 * it to the schema of `core/events.ts`. Used by `Follow`.
 */
import type { SessionEvent } from '../core/events.ts'
import { type Fields, fieldsOf } from './fields.ts'

export type ReadEvent = SessionEvent | { type: 'unknown'; id: string; seq: number }

/** The server says `unknown` itself of what it does not know. */
type Known = Exclude<SessionEvent['type'], 'unknown'>
type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const flag: Check = (value) => typeof value === 'boolean'
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const number: Check = (value) => Number.isFinite(value) && Number(value) >= 0
const fields: Check = (value) => fieldsOf(value) !== null && !Array.isArray(value)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

/** What the folds go by. Names of states are theirs to know: one that they do not know changes nothing. */
const checks: Record<Known, Record<string, Check>> = {
  query: { messageId: text, priority: text, state: text, replaces: optional(text) },
  status: { state: text, messageId: optional(text), answerId: optional(text) },
  delta: { messageId: text, replyTo: text, attempt: count, offset: count },
  response: {
    messageId: text,
    replyTo: text,
    attempt: count,
    model: text,
    finishReason: text,
    usage: optional(fields),
  },
  notification: { level: text },
  error: { code: text, retryable: flag, messageId: optional(text), retryAfterMs: optional(number) },
  command: { name: text, args: optional(fields) },
  feedback: { messageId: text, rating: text, comment: optional(text) },
  reset: { reason: text },
}

/** Null for what is no event at all. */
export function readEvent(data: unknown): ReadEvent | null {
  const event = fieldsOf(data)
  if (!event) return null
  const { id, seq, type } = event
  if (typeof id !== 'string' || id === '' || id.length > 128 || typeof type !== 'string')
    return null
  if (typeof seq !== 'number' || !count(seq)) return null
  return isKnown(type, event) ? (data as SessionEvent) : { type: 'unknown', id, seq }
}

function isKnown(type: string, event: Fields): boolean {
  if (!Object.hasOwn(checks, type)) return false
  const own = checks[type as Known]
  const base = { sessionId: text, content: text, timestamp: text }
  return Object.entries({ ...base, ...own }).every(([name, check]) => check(event[name]))
}
