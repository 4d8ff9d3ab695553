/** Guests: who asks gets a user of its own, and comes back as the same one. Behind `auth.guest`. */
import type { Ids } from '../../core/ports/clock.ts'
import type { Rate } from '../limits/rate.ts'
import type { GuestToken } from '../trpc/context.ts'
import type { Tokens } from './tokens.ts'

export interface Guests {
  /** Throws `AgentError`: `RATE_LIMITED`, or `BAD_TOKEN`, `TOKEN_EXPIRED` for the identity. */
  issue(input: { address: string; identity: string | undefined }): Promise<GuestToken>
}

export function createGuests(input: { tokens: Tokens; ids: Ids; rate: Rate }): Guests {
  const { tokens, ids, rate } = input
  return {
    async issue({ address, identity }) {
      await rate.take(address)
      const userId = identity
        ? (await tokens.verify(identity, 'agent-websocket/identity')).userId
        : `guest-${ids.random()}`
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
