/** Guests: who asks gets a user of its own, and comes back as the same one. Behind `auth.guest`. */

import { AgentError } from '../../core/errors.ts'
import type { Ids } from '../../core/ports/clock.ts'
import type { Rate } from '../limits/rate.ts'
import type { GuestToken } from '../trpc/context.ts'
import type { Revoked } from './revoked.ts'
import type { Tokens } from './tokens.ts'

export interface Guests {
  /** Throws `AgentError`: `RATE_LIMITED`, or `BAD_TOKEN`, `TOKEN_EXPIRED` for the identity. */
  issue(input: { address: string; identity: string | undefined }): Promise<GuestToken>
}

export function createGuests(input: {
  tokens: Tokens
  revoked: Pick<Revoked, 'isVoid'>
  ids: Ids
  rate: Rate
}): Guests {
  const { tokens, revoked, ids, rate } = input
  /** Who comes back. */
  const known = async (token: string): Promise<string> => {
    const identity = await tokens.verify(token, 'agent-websocket/identity')
    if (revoked.isVoid(identity)) throw new AgentError('BAD_TOKEN')
    return identity.userId
  }
  return {
    async issue({ address, identity }) {
      await rate.take(address)
      const userId = identity ? await known(identity) : `guest-${ids.random()}`
      const access = await tokens.sign(userId, 'agent-websocket/access')
      const again = await tokens.sign(userId, 'agent-websocket/identity')
      return {
        token: access.token,
        userId,
        expiresAt: new Date(access.expiresAtMs).toISOString(),
        identity: again.token,
      }
    },
  }
}
