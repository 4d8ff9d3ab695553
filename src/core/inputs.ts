/** What callers may send: each procedure's input, unknown fields refused. Contract section 3. */
import { z } from 'zod'
import { notificationLevel, priority, rating } from './events.ts'
import { findFlaw, isText } from './plain-input.ts'

/** Of at most `max` UTF-16 units. */
const text = (max: number) =>
  z.string().max(max).refine(isText, { message: 'must be well-formed text without NUL' })

/** Made by the caller: the same id with the same body is the same request. */
const requestId = z.guid()
const sessionId = text(128).min(1)
const messageId = text(128).min(1)
const title = text(200).refine((value) => value.trim() !== '', { message: 'must not be empty' })
const model = text(200).min(1)
/** Its length in bytes is checked against `MAX_MESSAGE_BYTES`, which is a setting. */
const content = text(16 * 1024 * 1024).refine((value) => value.trim() !== '', {
  message: 'must not be empty',
})
const maxDataDepth = 16
/** For programs; its length in bytes is checked against `MAX_MESSAGE_BYTES`. */
const data = z.unknown().superRefine((value, context) => {
  const flaw = findFlaw(value, maxDataDepth)
  if (flaw) context.addIssue({ code: 'custom', message: flaw.message })
})

export const inputs = {
  sessionCreate: z.strictObject({
    id: requestId.optional(),
    title: title.optional(),
    model: model.optional(),
  }),
  sessionList: z.strictObject({
    limit: z.int().min(1).max(200).default(50),
    cursor: text(256).nullish(),
    search: text(200).optional(),
    /** Sent by React Query's infinite queries. */
    direction: z.enum(['forward', 'backward']).optional(),
  }),
  sessionGet: z.strictObject({ sessionId }),
  sessionHistory: z.strictObject({
    sessionId,
    /** Messages before this one: a message's `seq`, or an event id. */
    before: z.union([z.int().positive(), text(128)]).nullish(),
    limit: z.int().min(1).max(200).default(50),
  }),
  sessionUpdate: z.strictObject({ sessionId, title: title.optional(), model: model.optional() }),
  sessionDelete: z.strictObject({ sessionId }),
  sessionExport: z.strictObject({ sessionId, format: z.enum(['markdown', 'json']) }),
  sessionEvents: z.strictObject({ sessionId, lastEventId: text(512).nullish() }),
  agentQuery: z.strictObject({
    sessionId,
    id: requestId,
    content,
    priority: priority.default('normal'),
    /** The id of a query that was answered: this one stands for it. */
    replaces: messageId.optional(),
  }),
  agentCommand: z.strictObject({
    sessionId,
    id: requestId,
    name: text(50).min(1),
    args: z.record(text(50), z.unknown()).optional(),
  }),
  agentFeedback: z.strictObject({
    sessionId,
    id: requestId,
    messageId,
    rating,
    comment: text(4000).optional(),
  }),
  notify: z
    .strictObject({
      sessionId: sessionId.optional(),
      /** All sessions of this user. */
      userId: text(256).min(1).optional(),
      id: requestId,
      content,
      level: notificationLevel.default('info'),
      data: data.optional(),
    })
    .refine((input) => (input.sessionId === undefined) !== (input.userId === undefined), {
      path: ['sessionId'],
      message: 'or `userId` must be given, and not both',
    }),
}

/** The arguments of each command; what a name may be is what stands here. */
export const commandArgs = {
  cancel: z.strictObject({ messageId: messageId.optional() }),
  edit: z
    .strictObject({ messageId, content: content.optional(), priority: priority.optional() })
    .refine((args) => args.content !== undefined || args.priority !== undefined, {
      path: ['content'],
      message: 'or `priority` must be given',
    }),
  hold: z.strictObject({ messageId }),
  release: z.strictObject({ messageId }),
  regenerate: z.strictObject({ messageId: messageId.optional() }),
  choose: z.strictObject({ messageId }),
  clear: z.strictObject({}),
  model: z.strictObject({ model }),
  help: z.strictObject({}),
}

export type Inputs = { [K in keyof typeof inputs]: z.infer<(typeof inputs)[K]> }
export type CommandArgs = { [K in keyof typeof commandArgs]: z.infer<(typeof commandArgs)[K]> }
