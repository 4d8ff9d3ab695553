/**
 * How events and sessions lie on disk. Used by all of the embedded store that reads or writes rows.
 *
 * An event's row is its body as JSON: `id`, `seq` and `sessionId` follow from where it lies. Deltas are by
 * far the most frequent events, so they lie many in a row, as tuples without names. Writing checks nothing, since the core
 * is typed; reading parses with zod, since a disk is an edge.
 */
import { z } from 'zod'
import { formatCursor } from '../../../core/cursor.ts'
import {
  type DeltaEvent,
  type EventBody,
  type LogEvent,
  logEvent,
  numbered,
} from '../../../core/events.ts'
import { sessionState } from '../../../core/messages.ts'
import type { SessionRecord } from '../../../core/ports/store.ts'
import { readLogEvent } from '../../../core/read-log-event.ts'

/** Where an event lies in which log. */
export interface Place {
  sessionId: string
  epoch: string
  seq: number
}

/** A run of deltas of one answer, its numbers without a hole: what they share, then each of them. */
const deltaRun = z.tuple([
  z.string(), // replyTo
  z.number(), // attempt
  z.array(z.tuple([z.number(), z.string(), z.string()])), // offset, timestamp, content
])

/** The `body` column of a run of deltas; their `messageId` is the `answer` column. */
export function encodeDeltaRun(run: readonly [DeltaEvent, ...DeltaEvent[]]): string {
  const [{ replyTo, attempt }] = run
  return JSON.stringify([
    replyTo,
    attempt,
    run.map(({ offset, timestamp, content }) => [offset, timestamp, content]),
  ] satisfies z.infer<typeof deltaRun>)
}

const eventRow = z.object({ seq: z.int(), answer: z.string().nullable(), body: z.string() })

/**
 * The events of one row: one, or a run of deltas. Throws an error that names the session and the number,
 * and nothing of the content.
 */
export function decodeEvents(row: unknown, log: Omit<Place, 'seq'>): LogEvent[] {
  const { seq, answer, body } = eventRow.parse(row)
  try {
    const value: unknown = JSON.parse(body)
    if (answer === null) return [parsed(value, { ...log, seq })]
    const [replyTo, attempt, run] = deltaRun.parse(value)
    return run.map(([offset, timestamp, content], index) => {
      const shared = { type: 'delta', messageId: answer, replyTo, attempt } as const
      return parsed({ ...shared, offset, timestamp, content }, { ...log, seq: seq + index })
    })
  } catch {
    // The cause is left out: a parser's error quotes what it read.
    throw unreadable({ ...log, seq })
  }
}

/** Where it lies says whose it is and which number it has, not what is written in it. */
function parsed(body: unknown, { sessionId, epoch, seq }: Place): LogEvent {
  const fields = typeof body === 'object' ? body : {}
  return readLogEvent({ ...fields, id: formatCursor({ epoch, seq }), seq, sessionId })
}

function unreadable({ sessionId, seq }: Pick<Place, 'sessionId' | 'seq'>): Error {
  return new Error(`event ${seq} of session ${sessionId} on disk is not readable`)
}

/** A delta in the journal: the session's key, its number, the delta. */
const journalDelta = z.tuple([
  z.int(),
  z.int().positive(),
  z.string(), // messageId
  z.string(), // replyTo
  z.number(), // attempt
  z.number(), // offset
  z.string(), // timestamp
  z.string(), // content
])
/** The deltas of an answer, dropped: the session's key, the answer. */
const journalDrop = z.tuple([z.int(), z.string()])
export const journalBlock = z.object({
  block: z.int(),
  entries: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.union([journalDelta, journalDrop]))),
})

export function encodeJournalDelta(key: number, delta: DeltaEvent): string {
  return JSON.stringify([
    key,
    delta.seq,
    delta.messageId,
    delta.replyTo,
    delta.attempt,
    delta.offset,
    delta.timestamp,
    delta.content,
  ] satisfies z.infer<typeof journalDelta>)
}

export function decodeJournalDelta(
  entry: z.infer<typeof journalDelta>,
  log: Omit<Place, 'seq'>,
): DeltaEvent {
  const [, seq, messageId, replyTo, attempt, offset, timestamp, content] = entry
  const place = { ...log, seq }
  const body: EventBody = { type: 'delta', messageId, replyTo, attempt, offset, timestamp, content }
  const result = logEvent.safeParse(numbered(body, place))
  if (!result.success || result.data.type !== 'delta') throw unreadable(place)
  return result.data
}

export function encodeJournalDrop(key: number, messageId: string): string {
  return JSON.stringify([key, messageId] satisfies z.infer<typeof journalDrop>)
}

/** A row of which no more is wanted than whose it is. */
export const sessionIdRow = z.object({ session_id: z.string() })

/** A row of `sessions`, as `sessionColumns` selects it. */
const sessionRow = z
  .object({
    session_id: z.string(),
    user_id: z.string(),
    title: z.string(),
    model: z.string(),
    state: sessionState,
    created_at: z.string(),
    last_activity: z.string(),
    epoch: z.string(),
    last_seq: z.int(),
    control_seq: z.int(),
  })
  .transform(
    (row): SessionRecord => ({
      sessionId: row.session_id,
      userId: row.user_id,
      title: row.title,
      model: row.model,
      state: row.state,
      createdAt: row.created_at,
      lastActivity: row.last_activity,
      epoch: row.epoch,
      lastSeq: row.last_seq,
      controlSeq: row.control_seq,
    }),
  )

/**
 * The last number is not written for each delta, so it is the highest of three: the row's, the last
 * event's row, and the journal's, which the caller adds.
 */
const lastSeqOnDisk = `max(last_seq, coalesce((select until from events
  where events.session = sessions.key order by seq desc limit 1), 0))`

export const sessionColumns = `session_id, user_id, title, model, state, created_at, last_activity,
  epoch, ${lastSeqOnDisk} as last_seq, control_seq`

export const headColumns = `key, session_id, epoch, ${lastSeqOnDisk} as last_seq, control_seq, fence`

export function decodeSession(row: unknown, journaledSeq: number): SessionRecord {
  const record = sessionRow.parse(row)
  return { ...record, lastSeq: Math.max(record.lastSeq, journaledSeq) }
}
