/**
 * Tokens of our own: HS256 JWTs. A short one names the user of a connection; a long one, the identity, only
 * brings a guest back. They differ in their audience, so that neither is taken for the other. Used in guest
 * mode, by `authenticator.ts` and `guests.ts`.
 */
import { type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Identity } from '../trpc/context.ts'
import { clockToleranceS, identityOf, isToCome, tokenError } from './claims.ts'
import { hmacKey } from './hmac-key.ts'

const algorithm = 'HS256'
const issuer = 'agent-websocket'

/** What a token is for. */
export type Audience = 'agent-websocket/access' | 'agent-websocket/identity'

export interface Tokens {
  sign(userId: string, audience: Audience): Promise<{ token: string; expiresAtMs: number }>
  /** Throws `AgentError` `BAD_TOKEN` or `TOKEN_EXPIRED`. */
  verify(token: string, audience: Audience): Promise<Identity>
}

export interface TokensInput {
  secret: string
  /** Lives of the two. JWTs count whole seconds: what is shorter lives one. */
  ttlMs: Record<Audience, number>
  now: () => number
}

export async function createTokens({ secret, ttlMs, now }: TokensInput): Promise<Tokens> {
  const key = await hmacKey(secret)
  return {
    async sign(userId, audience) {
      const nowS = Math.floor(now() / 1000)
      const expiresS = nowS + Math.max(1, Math.round(ttlMs[audience] / 1000))
      const token = await new SignJWT()
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(nowS)
        .setExpirationTime(expiresS)
        .sign(key)
      return { token, expiresAtMs: expiresS * 1000 }
    },
    async verify(token, audience) {
      try {
        const nowMs = now()
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          issuer,
          audience,
          requiredClaims: ['sub', 'exp'],
          clockTolerance: clockToleranceS,
          currentDate: new Date(nowMs),
        })
        return identityOf(withoutTimeToCome(payload, nowMs), nowMs)
      } catch (cause) {
        throw tokenError(cause)
      }
    },
  }
}

/**
 * We made it, so its time was ours: the clock was put back since. It is taken, or every guest of the meantime would
 * be a stranger; and it is as old as can be, so that a revocation ends it.
 */
function withoutTimeToCome({ iat, ...payload }: JWTPayload, nowMs: number): JWTPayload {
  return iat === undefined || isToCome(iat * 1000, nowMs) ? payload : { ...payload, iat }
}
