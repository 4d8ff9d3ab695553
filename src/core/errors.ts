/** What the core refuses. Transports translate it once; `reason` is stable, `message` is for people. */
import type { ErrorCode } from './events.ts'

export type Reason =
  | 'INVALID_INPUT'
  | 'NO_TOKEN'
  | 'BAD_TOKEN'
  | 'TOKEN_EXPIRED'
  | 'SESSION_NOT_FOUND'
  | 'MESSAGE_NOT_FOUND'
  | 'ID_CONFLICT'
  | 'RATE_LIMITED'
  | 'QUEUE_FULL'
  /** Whether a token is good cannot be said now: the identity provider does not answer. */
  | 'AUTH_UNAVAILABLE'
  | 'STORE_UNAVAILABLE'
  | 'DRAINING'

const sentences: Record<Reason, string> = {
  INVALID_INPUT: 'The input is not valid.',
  NO_TOKEN: 'A token is needed.',
  BAD_TOKEN: 'The token is not valid.',
  TOKEN_EXPIRED: 'The token has expired.',
  SESSION_NOT_FOUND: 'There is no such session.',
  MESSAGE_NOT_FOUND: 'There is no such message.',
  ID_CONFLICT: 'This id was used for something else.',
  RATE_LIMITED: 'Too many requests. Try again in a moment.',
  QUEUE_FULL: 'Too many messages wait in this session. Wait for an answer, then send again.',
  AUTH_UNAVAILABLE: 'The sign-in cannot be checked right now. Try again in a moment.',
  STORE_UNAVAILABLE: 'The server cannot save right now. Try again in a moment.',
  DRAINING: 'The server is restarting. Try again in a moment.',
}

/** Expected by the caller's contract: it says what is wrong, and nothing from inside. */
export class AgentError extends Error {
  readonly reason: Reason
  readonly fields: Record<string, string> | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    reason: Reason,
    detail: {
      message?: string
      /** Of `INVALID_INPUT`: what is wrong with which field. */
      fields?: Record<string, string>
      retryAfterMs?: number
      cause?: unknown
    } = {},
  ) {
    super(detail.message ?? sentences[reason], { cause: detail.cause })
    this.name = 'AgentError'
    this.reason = reason
    this.fields = detail.fields
    this.retryAfterMs = detail.retryAfterMs
  }
}

/**
 * A model call that failed for good: after the adapter's own retries, or after the first token.
 * Its message is a sentence for a person that says what to do; nothing of the upstream's body is in it.
 */
export class ModelError extends Error {
  readonly code: ErrorCode
  /** Whether the same question may get an answer later. */
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    detail: { retryable: boolean; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, { cause: detail.cause })
    this.name = 'ModelError'
    this.code = code
    this.retryable = detail.retryable
    this.retryAfterMs = detail.retryAfterMs
  }
}
