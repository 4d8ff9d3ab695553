/**
 * Who a token is of: a user, a service, or the operator. One place for all transports; used by the request
 * context.
 */
import { AgentError } from '../../core/errors.ts'
import type { Identity } from '../trpc/context.ts'
import { maxTokenLength } from './claims.ts'
import type { VerifyOperator } from './operator-token.ts'
import type { VerifyToken } from './provider-tokens.ts'
import type { Revoked } from './revoked.ts'
import type { ServiceOf } from './service-tokens.ts'

export type Principal =
  | { role: 'user'; identity: Identity }
  | { role: 'service'; name: string }
  | { role: 'operator'; expiresAtMs: number }

export interface Authenticator {
  /** Throws `AgentError`: `BAD_TOKEN`, `TOKEN_EXPIRED` or `AUTH_UNAVAILABLE`. */
  authenticate(token: string): Promise<Principal>
  /** The same of a user's token alone. */
  authenticateUser(token: string): Promise<Identity>
  /** Whether the user's tokens of that time were revoked since. */
  isVoid(identity: Identity): boolean
}

export function createAuthenticator(parts: {
  verifyUser: VerifyToken
  verifyOperator: VerifyOperator
  serviceOf: ServiceOf
  revoked: Revoked
  now: () => number
}): Authenticator {
  const { verifyUser, verifyOperator, serviceOf, revoked, now } = parts

  async function authenticateUser(token: string): Promise<Identity> {
    if (token.length > maxTokenLength) throw new AgentError('BAD_TOKEN')
    const identity = await verifyUser(token)
    if (revoked.isVoid(identity)) throw new AgentError('BAD_TOKEN')
    return identity
  }

  return {
    async authenticate(token) {
      if (token.length > maxTokenLength) throw new AgentError('BAD_TOKEN')
      const name = serviceOf(token)
      if (name !== null) return { role: 'service', name }
      const expiresAtMs = await verifyOperator(token, now())
      if (expiresAtMs !== null) return { role: 'operator', expiresAtMs }
      return { role: 'user', identity: await authenticateUser(token) }
    },
    authenticateUser,
    isVoid: revoked.isVoid,
  }
}
