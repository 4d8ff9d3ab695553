/**
 * The router's context, made of what the server has for all (`Services`) and of who calls (`Caller`: a
 * WebSocket, or an HTTP request). One way for both transports.
 */
import type { Agent } from '../core/agent/agent.ts'
import { AgentError } from '../core/errors.ts'
import type { SessionEvent } from '../core/events.ts'
import type { Logger } from '../core/ports/log.ts'
import type { Authenticator, Principal } from './auth/authenticator.ts'
import type { Guests } from './auth/guests.ts'
import type { Revoked } from './auth/revoked.ts'
import type { Metrics } from './http/metrics.ts'
import type { Limits } from './limits/limits.ts'
import type { LimitSettings, Timings } from './settings.ts'
import { machineOf, overBecause, roleOf, type Standing, type Unknown, userOf } from './standing.ts'
import type { Identity, RequestContext, ServerInfo } from './trpc/context.ts'

/** What all connections share. */
export interface Services extends Limits {
  agent: Agent
  info: ServerInfo
  authenticator: Authenticator
  revoked: Revoked
  /** Null where guests are not let in. */
  guests: Guests | null
  limits: LimitSettings
  timings: Timings
  metrics: Metrics
  log: Logger
  /** Milliseconds since 1970. */
  now(): number
  draining(): boolean
}

export interface Caller {
  /** Where from, as limits count it. */
  readonly address: string
  standing: Standing
  /** Whether it was closed for what it sent: what it asked before that is not done any more. */
  readonly isCut: boolean
  /** Is this user from now on. Throws `AgentError` where it cannot be. */
  become(identity: Identity): Promise<void>
  enterSubscription(): Promise<() => void>
  drained(signal: AbortSignal): Promise<void> | null
  /** See `RequestContext`. */
  eventWriter(): ((event: SessionEvent) => void) | null
  /** Ends the connection, because its token is over. */
  cut(reason: 'BAD_TOKEN' | 'TOKEN_EXPIRED'): void
}

/** Plain functions and no class: tRPC copies the context field by field, which loses methods. */
export function createRequestContext(services: Services, caller: Caller): RequestContext {
  const { guests, revoked } = services
  return {
    agent: services.agent,
    info: services.info,
    identify() {
      const identity = userOf(caller.standing, services)
      const retryAfterMs = services.callRate.take(identity.userId)
      if (retryAfterMs !== null) throw new AgentError('RATE_LIMITED', { retryAfterMs })
      return identity
    },
    turn: () => services.fairCalls.wait(whoOf(caller), () => caller.isCut),
    identifyAs: (role) => machineOf(caller.standing, role, services),
    role: () => roleOf(caller.standing),
    cutIfOver() {
      const over = overBecause(caller.standing, services)
      if (over) caller.cut(over)
      return over !== null
    },
    issueGuest: guests && ((identity) => guests.issue({ address: caller.address, identity })),
    async refresh(token) {
      const identity = await services.authenticator.authenticateUser(token)
      await caller.become(identity)
      return identity
    },
    async revoke(userId) {
      const untilMs = await revoked.revoke(userId)
      services.log.info({ untilMs }, 'the tokens of a user were revoked')
      return untilMs
    },
    takeNotification: (service) => services.notificationRate.take(service),
    async takeQuery(userId) {
      await services.queryRateOfAddress.take(caller.address)
      await services.queryRate.take(userId)
    },
    async enterSubscription() {
      const leave = await caller.enterSubscription()
      services.metrics.subscriptions.inc()
      return () => {
        services.metrics.subscriptions.dec()
        leave()
      }
    },
    drained: (signal) => caller.drained(signal),
    eventWriter: () => caller.eventWriter(),
  }
}

/** Makes the caller who its token says. Never throws: procedures say what is wrong, each by itself. */
export async function recognise(
  { authenticator, log }: Pick<Services, 'authenticator' | 'log'>,
  caller: Caller,
  token: string | null,
): Promise<void> {
  if (!token) return
  try {
    const principal = await authenticator.authenticate(token)
    if (principal.role === 'user') await caller.become(principal.identity)
    else caller.standing = machineStanding(principal)
  } catch (cause) {
    if (!(cause instanceof AgentError)) log.error({ err: cause }, 'a token could not be checked')
    caller.standing = { state: 'unknown', reason: unknownBecause(cause) }
  }
}

/** Whose turn it is: a user's over all connections; of who is none, its address's. */
function whoOf({ standing, address }: Caller): string {
  return standing.state === 'known' ? `user ${standing.identity.userId}` : `address ${address}`
}

function machineStanding(principal: Exclude<Principal, { role: 'user' }>): Standing {
  return principal.role === 'service'
    ? { state: 'service', name: principal.name }
    : { state: 'operator', expiresAtMs: principal.expiresAtMs }
}

function unknownBecause(cause: unknown): Unknown {
  const reason = cause instanceof AgentError ? cause.reason : null
  return reason === 'TOKEN_EXPIRED' || reason === 'AUTH_UNAVAILABLE' ? reason : 'BAD_TOKEN'
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(header: string | undefined): string | null {
  return /^bearer ([^\s]+)$/i.exec(header?.trim() ?? '')?.[1] ?? null
}
