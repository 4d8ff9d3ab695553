/**
 * The events of a session's log: one zod union, the same on the wire and on disk.
 * Everything else that the product knows (transcript, queue, prompt) is a fold of these.
 * Contract section 4.
 */
import { z } from 'zod'

const seq = z.int().nonnegative()

/** Fields that every event has. `seq` counts from 1 without a hole; `id` is `<epoch>-<seq>`. */
const base = {
  id: z.string().min(1).max(128),
  seq,
  sessionId: z.string().min(1).max(128),
  /** Text that a person can read. */
  content: z.string(),
  /** ISO 8601, UTC. For people: progress is `seq`. */
  timestamp: z.string(),
}

export const priority = z.enum(['normal', 'high'])
export type Priority = z.infer<typeof priority>

export const rating = z.enum(['up', 'down', 'none'])
export type Rating = z.infer<typeof rating>

export const usage = z.object({
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  /** US dollars, where the provider says what it charged. */
  costUsd: z.number().nonnegative().optional(),
  /** Calls of the model that the answer took, where crashes made it more than one; tokens are as reported. */
  attempts: z.int().positive().optional(),
})
export type Usage = z.infer<typeof usage>

export const finishReason = z.enum(['stop', 'length', 'content_filter', 'cancelled', 'interrupted'])
export type FinishReason = z.infer<typeof finishReason>

export const errorCode = z.enum([
  'UPSTREAM_AUTH',
  'UPSTREAM_PAYMENT',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TRUNCATED',
  'UPSTREAM_REJECTED',
  'CONTEXT_TOO_LONG',
  'CONTENT_FILTERED',
  'BUDGET_SPENT',
  'INTERNAL',
])
export type ErrorCode = z.infer<typeof errorCode>

export const statusState = z.enum([
  'idle',
  'queued',
  'thinking',
  'streaming',
  'retrying',
  'restarting',
  'continuing',
  'stopped',
  'closed',
])
export type StatusState = z.infer<typeof statusState>

/**
 * What a person typed. `messageId` is the `id` that the caller gave; the later events of the same
 * message (`edited`, `withdrawn`, …) bear the same `messageId`.
 */
const queryEvent = z.object({
  ...base,
  type: z.literal('query'),
  messageId: z.string(),
  priority,
  state: z.enum(['queued', 'edited', 'withdrawn', 'held', 'released']),
  /** With `queued`: the query that it stands for from when it runs, "edit and ask again". */
  replaces: z.string().optional(),
})

/** Of one attempt: its reasoning is what stood before `offset` (UTF-16 units), then `text`. */
const reasoning = z.object({ text: z.string(), offset: z.int().nonnegative() })

/**
 * What the agent is doing. `messageId` is the query that the turn answers, `answerId` the answer.
 * `thinking` begins a turn, `restarting` and `continuing` begin a further attempt of it. `queued` says that
 * it waits for a free place; with an `answerId`, that the process which ran it stops and has let go of it.
 * With `reasoning`, it says what the model thinks aloud, and begins nothing.
 */
const statusEvent = z.object({
  ...base,
  type: z.literal('status'),
  state: statusState,
  messageId: z.string().optional(),
  answerId: z.string().optional(),
  attempt: z.int().positive().optional(),
  reasoning: reasoning.optional(),
})

/** A piece of an answer: its text is what stood before `offset` (UTF-16 units), then `content`. */
const deltaEvent = z.object({
  ...base,
  type: z.literal('delta'),
  messageId: z.string(),
  replyTo: z.string(),
  attempt: z.int().positive(),
  offset: z.int().nonnegative(),
})

/** The end of an answer; `content` is the whole of it. */
const responseEvent = z.object({
  ...base,
  type: z.literal('response'),
  messageId: z.string(),
  replyTo: z.string(),
  attempt: z.int().positive(),
  model: z.string(),
  finishReason,
  usage: usage.optional(),
  /** With `cancelled`: whether an open connection to the model was closed by it. */
  upstreamAborted: z.boolean().optional(),
})

export const notificationLevel = z.enum(['info', 'success', 'warning', 'error'])

const notificationEvent = z.object({
  ...base,
  type: z.literal('notification'),
  level: notificationLevel,
  data: z.unknown().optional(),
})

/** A turn that failed: `messageId` is the query, `answerId` the answer that had begun. */
const errorEvent = z.object({
  ...base,
  type: z.literal('error'),
  code: errorCode,
  messageId: z.string().optional(),
  answerId: z.string().optional(),
  attempt: z.int().positive().optional(),
  retryable: z.boolean(),
  retryAfterMs: z.number().nonnegative().optional(),
})

/** Names that a `command` event may bear: the contract's, `choose`, and `rename` for `session.update`. */
const commandName = z.enum([
  'cancel',
  'edit',
  'hold',
  'release',
  'regenerate',
  'choose',
  'clear',
  'model',
  'help',
  'rename',
])

const commandEvent = z.object({
  ...base,
  type: z.literal('command'),
  name: commandName,
  args: z.record(z.string(), z.unknown()).optional(),
})

const feedbackEvent = z.object({
  ...base,
  type: z.literal('feedback'),
  messageId: z.string(),
  rating,
  comment: z.string().optional(),
})

/** Not in the log (`seq` 0): forget what you have, the whole log follows, compact. */
const resetEvent = z.object({
  ...base,
  type: z.literal('reset'),
  reason: z.enum(['trimmed', 'new-epoch', 'unknown-cursor']),
})

/** An entry of the log. */
export const logEvent = z.discriminatedUnion('type', [
  queryEvent,
  statusEvent,
  deltaEvent,
  responseEvent,
  notificationEvent,
  errorEvent,
  commandEvent,
  feedbackEvent,
])

/**
 * An entry that a newer version wrote, of a kind that this one does not know: it has its number and changes
 * nothing. Never written; made by `read-log-event.ts`.
 */
export interface UnknownEvent extends z.infer<z.ZodObject<typeof base>> {
  type: 'unknown'
}

export type LogEvent = z.infer<typeof logEvent> | UnknownEvent

/** What a follower is given: an entry of the log, or `reset`. */
export const sessionEvent = z.discriminatedUnion('type', [...logEvent.options, resetEvent])
export type SessionEvent = z.infer<typeof sessionEvent> | UnknownEvent

export type QueryEvent = z.infer<typeof queryEvent>
export type StatusEvent = z.infer<typeof statusEvent>
export type DeltaEvent = z.infer<typeof deltaEvent>
export type ResponseEvent = z.infer<typeof responseEvent>
export type NotificationEvent = z.infer<typeof notificationEvent>
export type ErrorEvent = z.infer<typeof errorEvent>
export type CommandEvent = z.infer<typeof commandEvent>
export type ResetEvent = z.infer<typeof resetEvent>

type Body<E> = E extends z.infer<typeof logEvent> ? Omit<E, 'id' | 'seq' | 'sessionId'> : never

/** An event before it is in a log: the store numbers it, and gives it its id, as it commits. */
export type EventBody = Body<LogEvent>

/** Numbers a body: what every store does at commit. */
export function numbered(
  body: EventBody,
  place: { sessionId: string; epoch: string; seq: number },
): LogEvent {
  return { id: `${place.epoch}-${place.seq}`, seq: place.seq, sessionId: place.sessionId, ...body }
}
