/**
 * What is read of a token whose signature holds, and how a failed check is told. Used by all who verify
 * tokens: our own, those of an identity provider, and operators'.
 */
import { errors, type JWTPayload } from 'jose'
import { AgentError } from '../../core/errors.ts'
import type { Identity } from '../trpc/context.ts'

/** What clocks may differ by, for `nbf` and `iat`. The end of a token is kept exactly. */
export const clockToleranceS = 5
/** In characters. A longer one is not looked at. */
export const maxTokenLength = 8192
const maxUserIdLength = 255
/** The latest time that a `Date` can say. */
const latestMs = 8.64e15

/** Who a token names, and until when. Throws `BAD_TOKEN` or `TOKEN_EXPIRED`. */
export function identityOf({ sub, exp, iat }: JWTPayload, nowMs: number): Identity {
  if (!isUserId(sub) || exp === undefined) throw new AgentError('BAD_TOKEN')
  const expiresAtMs = Math.min(exp * 1000, latestMs)
  if (!(expiresAtMs > nowMs)) throw new AgentError('TOKEN_EXPIRED')
  // One that does not say when it was issued is as old as can be: a revocation ends it.
  const issuedAtMs = iat === undefined ? 0 : iat * 1000
  if (isToCome(issuedAtMs, nowMs)) throw new AgentError('BAD_TOKEN')
  return { userId: sub, expiresAtMs, issuedAtMs }
}

/** Whether a time is further ahead than clocks may differ. */
export function isToCome(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + clockToleranceS * 1000
}

/**
 * Whether a name can be a user's. White space at an end and control characters are for names of our own, and
 * a store could not tell some of them apart.
 */
function isUserId(sub: unknown): sub is string {
  if (typeof sub !== 'string' || sub === '' || sub.length > maxUserIdLength) return false
  return sub.isWellFormed() && sub === sub.trim() && !/\p{Cc}/u.test(sub)
}

/** What the caller is told of a token that was not taken. Anything that is not about the token is thrown on. */
export function tokenError(cause: unknown): unknown {
  if (cause instanceof errors.JWTExpired) return new AgentError('TOKEN_EXPIRED', { cause })
  if (cause instanceof errors.JOSEError) return new AgentError('BAD_TOKEN', { cause })
  return cause
}
