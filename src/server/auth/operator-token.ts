/**
 * Tokens of the operator: signed by who has the server's secret, for a minute, good for `auth.revoke` and
 * nothing else. Made by the command line, verified by the authenticator.
 */
import { jwtVerify, SignJWT } from 'jose'
import { clockToleranceS } from './claims.ts'
import { derivedKey } from './hmac-key.ts'

const purpose = 'agent-websocket/operator'
const lifeS = 60

/** A token that is good from now on, for a minute. */
export async function signOperatorToken(secret: string, nowMs: number): Promise<string> {
  const nowS = Math.floor(nowMs / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(purpose)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + lifeS)
    .sign(await derivedKey(secret, purpose))
}

/** When the token ends, in milliseconds since 1970; null where it is no operator's. */
export type VerifyOperator = (token: string, nowMs: number) => Promise<number | null>

export async function createOperatorCheck(secret: string): Promise<VerifyOperator> {
  const key = await derivedKey(secret, purpose)
  return async (token, nowMs) => {
    const verified = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      audience: purpose,
      requiredClaims: ['exp', 'iat'],
      // A longer life than ours was not given by us.
      maxTokenAge: lifeS,
      clockTolerance: clockToleranceS,
      currentDate: new Date(nowMs),
    }).catch(() => null)
    const { exp } = verified?.payload ?? {}
    return exp === undefined ? null : exp * 1000
  }
}
