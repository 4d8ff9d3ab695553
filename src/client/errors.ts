/**
 * What the client throws: one class, whose `reason` programs switch on. Made from whatever a call
 * rejected with, here and nowhere else; used by every part of the client.
 */
import { TRPCClientError } from '@trpc/client'
import type { Reason } from '../core/errors.ts'
import type { ErrorCode } from '../core/events.ts'
import { type Fields, fieldsOf, numberField, textField } from './fields.ts'

/** The server's reasons (contract section 6), an answer's error codes, and the client's own. */
export type ClientReason =
  | Reason
  | ErrorCode
  /** The connection went before the reply came. What was asked may have been done. */
  | 'CONNECTION_LOST'
  /** No reply in time, connected or not. */
  | 'TIMED_OUT'
  /** The `token` function of the client's options failed. */
  | 'TOKEN_FAILED'
  /** The client was closed. */
  | 'CLOSED'
  /** The message was taken back before it was answered. */
  | 'WITHDRAWN'
  /** Refused without a reason that this client knows. */
  | 'REFUSED'

const ownSentences: Partial<Record<ClientReason, string>> = {
  CONNECTION_LOST: 'The connection was lost.',
  TIMED_OUT: 'The server did not answer in time.',
  TOKEN_FAILED: 'Signing in failed.',
  CLOSED: 'The client is closed.',
  WITHDRAWN: 'The message was withdrawn.',
}

export class AgentClientError extends Error {
  readonly reason: ClientReason
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** Milliseconds to wait before it is tried again. */
  readonly retryAfterMs: number | undefined
  /** Of `INVALID_INPUT`: what is wrong with which field. */
  readonly fields: Readonly<Record<string, string>> | undefined

  constructor(
    reason: ClientReason,
    detail: {
      message?: string
      retryable?: boolean
      retryAfterMs?: number | undefined
      fields?: Record<string, string> | undefined
      cause?: unknown
    } = {},
  ) {
    super(detail.message ?? ownSentences[reason] ?? reason, { cause: detail.cause })
    this.name = 'AgentClientError'
    this.reason = reason
    this.retryable = detail.retryable ?? false
    this.retryAfterMs = detail.retryAfterMs
    this.fields = detail.fields
  }
}

const reasons: ReadonlySet<string> = new Set<Reason>([
  'INVALID_INPUT',
  'NO_TOKEN',
  'BAD_TOKEN',
  'TOKEN_EXPIRED',
  'SESSION_NOT_FOUND',
  'MESSAGE_NOT_FOUND',
  'ID_CONFLICT',
  'RATE_LIMITED',
  'QUEUE_FULL',
  'AUTH_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'DRAINING',
])
const isReason = (text: string): text is Reason => reasons.has(text)

const retryableCodes: ReadonlySet<string> = new Set([
  'SERVICE_UNAVAILABLE',
  'TOO_MANY_REQUESTS',
  'TIMEOUT',
])

/** Sorts what a call rejected with. An error of the client passes through as it is. */
export function toClientError(cause: unknown): AgentClientError {
  if (cause instanceof AgentClientError) return cause
  if (!(cause instanceof TRPCClientError)) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return new AgentClientError('INTERNAL', { message, cause })
  }
  if (cause.cause instanceof AgentClientError) return cause.cause
  // The contract promises these fields of it; anything else in it is left alone.
  const data = fieldsOf(cause.data)
  // Without `data` no server has spoken: the socket died with the call in flight.
  if (!data) return new AgentClientError('CONNECTION_LOST', { retryable: true, cause })
  const code = textField(data, 'code') ?? ''
  const retryAfterMs = numberField(data, 'retryAfterMs')
  return new AgentClientError(reasonOf(code, textField(data, 'reason')), {
    message: cause.message,
    retryable: typeof data.retryable === 'boolean' ? data.retryable : retryableCodes.has(code),
    retryAfterMs: retryAfterMs !== undefined && retryAfterMs >= 0 ? retryAfterMs : undefined,
    fields: sentences(data.fields),
    cause,
  })
}

/** What is wrong with which field; undefined where it is not that. */
function sentences(value: unknown): Record<string, string> | undefined {
  const found: Fields | null = fieldsOf(value)
  if (!found) return undefined
  const entries = Object.entries(found).flatMap(([name, sentence]): [string, string][] =>
    typeof sentence === 'string' ? [[name, sentence]] : [],
  )
  return entries.length === Object.keys(found).length ? Object.fromEntries(entries) : undefined
}

function reasonOf(code: string, reason: string | undefined): ClientReason {
  if (reason !== undefined && isReason(reason)) return reason
  switch (code) {
    case 'INTERNAL_SERVER_ERROR':
      return 'INTERNAL'
    case 'UNAUTHORIZED':
      return 'BAD_TOKEN'
    case 'TOO_MANY_REQUESTS':
      return 'RATE_LIMITED'
    case 'SERVICE_UNAVAILABLE':
      return 'STORE_UNAVAILABLE'
    default:
      return 'REFUSED'
  }
}

/** Whether a fresh token may cure it. */
export function isAuthError({ reason }: AgentClientError): boolean {
  return reason === 'NO_TOKEN' || reason === 'BAD_TOKEN' || reason === 'TOKEN_EXPIRED'
}
