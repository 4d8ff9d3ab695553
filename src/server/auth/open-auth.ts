/** The parts that say who may come in, put together. Used by `compose.ts`. */
import type { Logger } from '../../core/ports/log.ts'
import type { RevocationStore } from '../../core/ports/revocations.ts'
import type { Rate } from '../limits/rate.ts'
import type { ServerSettings, Timings } from '../settings.ts'
import { systemIds } from '../system.ts'
import { type Authenticator, createAuthenticator } from './authenticator.ts'
import { createGuests, type Guests } from './guests.ts'
import { createOperatorCheck } from './operator-token.ts'
import { createProviderTokens, type VerifyToken } from './provider-tokens.ts'
import { openRevoked, type Revoked } from './revoked.ts'
import { openSecret } from './secret.ts'
import { createServiceTokens } from './service-tokens.ts'
import { createTokens } from './tokens.ts'

interface OpenAuthInput {
  settings: ServerSettings
  store: RevocationStore
  /** By address. */
  guestRate: Rate
  timings: Timings
  log: Logger
  now: () => number
}

export async function openAuth(input: OpenAuthInput): Promise<{
  services: { authenticator: Authenticator; guests: Guests | null; revoked: Revoked }
  close: () => void
}> {
  const { settings, store, now } = input
  const secret = settings.authSecret ?? (await openSecret(settings.dataDir))
  const verifyOperator = await createOperatorCheck(secret)
  const revoked = await openRevoked(store, now)
  try {
    const { verifyUser, guests } = await openUsers(input, { secret, revoked })
    const serviceOf = createServiceTokens(settings.serviceTokens)
    const parts = { verifyUser, verifyOperator, serviceOf, revoked, now }
    const services = { authenticator: createAuthenticator(parts), guests, revoked }
    return { services, close: revoked.close }
  } catch (cause) {
    revoked.close()
    throw cause
  }
}

async function openUsers(
  { settings, guestRate, timings, log, now }: OpenAuthInput,
  { secret, revoked }: { secret: string; revoked: Revoked },
): Promise<{ verifyUser: VerifyToken; guests: Guests | null }> {
  const { auth } = settings
  if (auth.mode === 'jwt') {
    const { provider } = auth
    const keyTimes = timings.keys
    return {
      verifyUser: await createProviderTokens({ provider, now, log, keyTimes }),
      guests: null,
    }
  }
  const ttlMs = {
    'agent-websocket/access': timings.tokenTtlMs,
    'agent-websocket/identity': timings.identityTtlMs,
  }
  const tokens = await createTokens({ secret, ttlMs, now })
  return {
    verifyUser: (token) => tokens.verify(token, 'agent-websocket/access'),
    guests: createGuests({ tokens, revoked, ids: systemIds, rate: guestRate }),
  }
}
