/**
 * What the server says on `/ws` beside the events of the log. None of these is in the log: they have neither `seq`
 * nor `id`, so that no reader takes one for its cursor. Each has `type`, `content` and `timestamp`, as every event.
 * docs/plain-websocket.md has them for readers.
 */
import type { CommandReply, QueryReply } from '../../core/agent/agent.ts'
import { assertNever } from '../../core/assert-never.ts'
import type { AgentError, Reason } from '../../core/errors.ts'
import { closeCodes } from '../websocket/close-codes.ts'

interface Unlogged {
  /** Text that a person can read. */
  content: string
  /** ISO 8601, UTC. */
  timestamp: string
}

/** What a frame was answered with, as contract section 3 has it. */
export type Receipt =
  | { verb: 'query'; reply: QueryReply }
  | { verb: 'command'; reply: CommandReply }
  | { verb: 'feedback'; reply: { seq: number } }

export type Ack = Unlogged & { type: 'ack'; requestId: string; sessionId: string } & Receipt

/** Who this connection is. With `token` and `identity` where the server made them for it. */
export interface AuthReply extends Unlogged {
  type: 'auth'
  userId: string
  sessionId: string
  /** ISO 8601, UTC: until then this connection lives without a fresh token. */
  expiresAt: string
  token?: string
  identity?: string
}

/** A request that is not done, or a connection that ends. */
export interface Refusal extends Unlogged {
  type: 'error'
  code: Reason | 'INTERNAL'
  retryable: boolean
  requestId?: string
  fields?: Record<string, string>
  retryAfterMs?: number
  correlationId?: string
}

const retryable: ReadonlySet<Reason> = new Set([
  'RATE_LIMITED',
  'QUEUE_FULL',
  'AUTH_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'DRAINING',
])

export function refusalOf(error: AgentError, nowMs: number): Refusal {
  return {
    type: 'error',
    code: error.reason,
    content: error.message,
    retryable: retryable.has(error.reason),
    ...(error.fields && { fields: error.fields }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    timestamp: iso(nowMs),
  }
}

export function internalError(correlationId: string, nowMs: number): Refusal {
  return {
    type: 'error',
    code: 'INTERNAL',
    content: 'Internal error',
    retryable: false,
    correlationId,
    timestamp: iso(nowMs),
  }
}

/** How a connection ends that is refused with this. Contract section 6, "at the socket". */
export function closeCodeOf(code: Refusal['code']): number {
  switch (code) {
    case 'SESSION_NOT_FOUND':
      return closeCodes.notFound
    case 'NO_TOKEN':
    case 'BAD_TOKEN':
    case 'TOKEN_EXPIRED':
      return closeCodes.unauthorized
    case 'RATE_LIMITED':
      return closeCodes.tooMany
    case 'AUTH_UNAVAILABLE':
    case 'STORE_UNAVAILABLE':
    case 'DRAINING':
      return closeCodes.tryLater
    case 'INTERNAL':
      return closeCodes.internal
    default:
      return closeCodes.policy
  }
}

export function ack(
  receipt: Receipt,
  { requestId, sessionId, nowMs }: { requestId: string; sessionId: string; nowMs: number },
): Ack {
  const content = sentenceOf(receipt)
  return { type: 'ack', requestId, sessionId, content, timestamp: iso(nowMs), ...receipt }
}

export function authReply(
  who: Pick<AuthReply, 'userId' | 'sessionId' | 'token' | 'identity'>,
  { expiresAtMs, nowMs }: { expiresAtMs: number; nowMs: number },
): AuthReply {
  const content = who.token === undefined ? 'Signed in' : 'You are a guest. Keep this to come back.'
  return { type: 'auth', content, ...who, expiresAt: iso(expiresAtMs), timestamp: iso(nowMs) }
}

function sentenceOf(receipt: Receipt): string {
  switch (receipt.verb) {
    case 'query':
      return { queued: 'Queued', running: 'Running', done: 'Done' }[receipt.reply.state]
    case 'command':
      return receipt.reply.content ?? outcomes[receipt.reply.outcome]
    case 'feedback':
      return 'Received'
    default:
      return assertNever(receipt)
  }
}

const outcomes: Record<CommandReply['outcome'], string> = {
  ok: 'Done',
  cancelled: 'Cancelled',
  'already-finished': 'There is no running answer',
  withdrawn: 'Withdrawn',
  'already-started': 'It has begun already',
  'not-found': 'There is no such message',
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
