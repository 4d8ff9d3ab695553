/**
 * What a program may send on `/ws`, one JSON object a frame, unknown fields refused. Contract section 7. A frame
 * becomes the input of a use case here, so that nothing behind it knows what it looked like. Used by
 * `plain-connection.ts`.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AgentError } from '../../core/errors.ts'
import { inputs } from '../../core/inputs.ts'
import { findFlaw, isText } from '../../core/plain-input.ts'
import { wrongFields } from '../../core/wrong-fields.ts'
import { parseFrame } from '../websocket/frames.ts'
import { commandIn, commandInQuery } from './typed-command.ts'

const maxTokenChars = 8192
/** Of what a person typed as a command. */
const maxCommandChars = 1000

/** The sender's clock. Nothing goes by it: the server's counts. */
const timestamp = z.union([z.string().max(64), z.number()]).optional()
const { agentQuery, agentCommand, agentFeedback } = inputs
/** Made here where it is left out: then nothing can be sent again. */
const id = agentQuery.shape.id.optional()
const token = z.string().min(1).max(maxTokenChars)
const text = (max: number) =>
  z.string().max(max).refine(isText, { message: 'must be well-formed text without NUL' })

const types = ['auth', 'query', 'command', 'feedback'] as const
type FrameType = (typeof types)[number]

const frames = {
  auth: z
    .strictObject({
      type: z.literal('auth'),
      token: token.optional(),
      /** Of a guest who comes back: there is a fresh token for it. */
      identity: token.optional(),
      timestamp,
    })
    .refine((frame) => (frame.token === undefined) !== (frame.identity === undefined), {
      path: ['token'],
      message: 'or `identity` must be given, and not both',
    }),
  query: agentQuery
    .omit({ sessionId: true })
    .extend({ type: z.literal('query'), id, timestamp })
    .transform(({ type, timestamp: _, id = randomUUID(), ...rest }) => {
      const typed = commandInQuery(rest.content)
      return typed ? ({ type: 'command', id, ...typed } as const) : { type, id, ...rest }
    }),
  command: z
    .strictObject({
      type: z.literal('command'),
      id,
      timestamp,
      content: text(maxCommandChars).optional(),
      name: agentCommand.shape.name.optional(),
      args: agentCommand.shape.args,
    })
    .refine((frame) => frame.name !== undefined || (frame.content ?? '').trim() !== '', {
      path: ['content'],
      message: 'must be a command, such as /cancel',
    })
    .transform(({ type, id = randomUUID(), content = '', name, args }) => {
      const typed = name === undefined ? commandIn(content) : { name, args: {} }
      return { type, id, name: typed.name, args: args ?? typed.args }
    }),
  feedback: agentFeedback
    .omit({ sessionId: true })
    .extend({
      type: z.literal('feedback'),
      id,
      timestamp,
      rating: agentFeedback.shape.rating.optional(),
      content: agentFeedback.shape.comment,
    })
    .transform(({ type, id = randomUUID(), messageId, rating, comment, content }, context) => {
      // `content` is the rating where there is none beside it, else what the person says of it.
      const said = agentFeedback.shape.rating.safeParse(rating ?? content?.trim())
      if (!said.success) {
        context.addIssue({
          code: 'custom',
          path: ['rating'],
          message: 'must be up, down or none, here or as content',
        })
        return z.NEVER
      }
      const noted = comment ?? (rating === undefined ? undefined : content)
      return {
        type,
        id,
        messageId,
        rating: said.data,
        ...(noted !== undefined && noted.trim() !== '' && { comment: noted }),
      }
    }),
} satisfies Record<FrameType, z.ZodType>

export type AuthFrame = z.infer<typeof frames.auth>
/** What changes the session, as the use cases take it, but for the session. */
export type RequestFrame = z.infer<
  (typeof frames)['query'] | (typeof frames)['command'] | (typeof frames)['feedback']
>

export type Incoming =
  | { state: 'auth'; frame: AuthFrame }
  | { state: 'request'; frame: RequestFrame }
  /** `isUnreadable`: nothing could be made of it at all. `from`: who it would have named is not known either. */
  | {
      state: 'refused'
      error: AgentError
      isUnreadable: boolean
      isAuth: boolean
      requestId?: string
    }

const envelope = z.looseObject({ type: z.enum(types) })
const identified = z.looseObject({ id: z.string().max(128).refine(isText) })

/** The `id` that a frame came with, whatever else is in it. */
export function requestIdOf(value: unknown): { requestId?: string } {
  const parsed = identified.safeParse(value)
  return parsed.success ? { requestId: parsed.data.id } : {}
}

export function readFrame(data: Buffer, isBinary: boolean): Incoming {
  const value = isBinary ? undefined : parseFrame(data)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const fields = { input: 'must be a JSON object, as text: {"type":"query","content":"Hello"}' }
    return { ...refused(fields), isUnreadable: true }
  }
  const flaw = findFlaw(value)
  if (flaw) return { ...refused({ [flaw.field]: flaw.message }), ...requestIdOf(value) }
  const head = envelope.safeParse(value)
  if (!head.success) {
    return { ...refused({ type: `must be one of: ${types.join(', ')}` }), ...requestIdOf(value) }
  }
  const { type } = head.data
  const parsed = parseAs(type, value)
  if (parsed.state !== 'refused') return parsed
  return { ...parsed, isAuth: type === 'auth', ...requestIdOf(value) }
}

function parseAs(type: FrameType, value: object): Incoming {
  if (type === 'auth') {
    const parsed = frames.auth.safeParse(value)
    if (parsed.success) return { state: 'auth', frame: parsed.data }
    return refused(wrongFields(parsed.error.issues))
  }
  const parsed = frames[type].safeParse(value)
  if (parsed.success) return { state: 'request', frame: parsed.data }
  return refused(wrongFields(parsed.error.issues))
}

function refused(fields: Record<string, string>) {
  const error = new AgentError('INVALID_INPUT', { fields })
  return { state: 'refused', error, isUnreadable: false, isAuth: false } as const
}
