/** What people and programs see of a session: shapes that are folds of its log. Contract section 3. */
import { z } from 'zod'
import { errorCode, finishReason, priority, rating, usage } from './events.ts'

export const sessionState = z.enum(['idle', 'queued', 'running', 'closed'])
export type SessionState = z.infer<typeof sessionState>

/** One conversation of one user, as its owner sees it in a list. Times are ISO 8601, UTC. */
export const session = z.object({
  sessionId: z.string(),
  title: z.string(),
  model: z.string(),
  createdAt: z.string(),
  lastActivity: z.string(),
  state: sessionState,
  lastEventId: z.string(),
})
export type Session = z.infer<typeof session>

/**
 * How far a message is. Of a query: `queued`, `held`, `running`, `done`. Of an answer: what its turn
 * does (`thinking` … `continuing`), then how it ended (`done`, `cancelled`, `interrupted`, `failed`).
 */
export const messageState = z.enum([
  'queued',
  'held',
  'running',
  'thinking',
  'streaming',
  'retrying',
  'restarting',
  'continuing',
  'done',
  'cancelled',
  'interrupted',
  'failed',
])
export type MessageState = z.infer<typeof messageState>

const failure = z.object({
  code: errorCode,
  content: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.number().optional(),
})

/** What the user or the agent said: a fold of events. `seq` is the message's first event. */
export const message = z.object({
  messageId: z.string(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  timestamp: z.string(),
  seq: z.int(),
  state: messageState,
  /** Of an answer: the query that it answers. */
  replyTo: z.string().optional(),
  model: z.string().optional(),
  usage: usage.optional(),
  rating: rating.optional(),
  /** Of a rated answer: what its reader said with the rating. */
  comment: z.string().optional(),
  finishReason: finishReason.optional(),
  attempt: z.int().optional(),
  /** Of an answer that a stop or crash of the server cut: whether it began anew, or went on. */
  resumed: z.enum(['restarted', 'continued']).optional(),
  /** Of an answer: what the model thought aloud before it, and for how long. Never sent to a model. */
  reasoning: z.string().optional(),
  reasoningMs: z.number().optional(),
  /** Of a query. */
  priority: priority.optional(),
  /** Of a query: the one that it stands for. */
  replaces: z.string().optional(),
  /** Of a query: the one since which it and its answers are no longer sent to the model. */
  replacedBy: z.string().optional(),
  /** Of an answer: it is the one of its query that counts, and is sent to the model. */
  chosen: z.literal(true).optional(),
  /** Of a failed answer: the sentence for the person, the code for the program. */
  failure: failure.optional(),
})
export type Message = z.infer<typeof message>
