/**
 * The router's context, made of what the server has for all (`Services`) and of who calls (`Caller`: a
 * WebSocket, or an HTTP request). One way for both transports.
 */
import type { Agent } from '../core/agent/agent.ts'
import { AgentError } from '../core/errors.ts'
import type { SessionEvent } from '../core/events.ts'
import type { Logger } from '../core/ports/log.ts'
import type { Guests } from './auth/guests.ts'
import type { Tokens } from './auth/tokens.ts'
import type { Metrics } from './http/metrics.ts'
import type { Limits } from './limits/limits.ts'
import type { LimitSettings, Timings } from './settings.ts'
import type { Identity, RequestContext, ServerInfo } from './trpc/context.ts'

/** What all connections share. */
export interface Services extends Limits {
  agent: Agent
  info: ServerInfo
  tokens: Tokens
  guests: Guests
  limits: LimitSettings
  timings: Timings
  metrics: Metrics
  log: Logger
  /** Milliseconds since 1970. */
  now(): number
  draining(): boolean
}

/** Who a connection is: a user, or nobody and why. */
export type Standing =
  | { state: 'known'; identity: Identity }
  | { state: 'unknown'; reason: 'NO_TOKEN' | 'BAD_TOKEN' | 'TOKEN_EXPIRED' }

export interface Caller {
  /** Where from, as limits count it. */
  readonly address: string
  standing: Standing
  /** Is this user from now on. Throws `AgentError` where it cannot be. */
  become(identity: Identity): void
  enterSubscription(): () => void
  drained(signal: AbortSignal): Promise<void> | null
  /** See `RequestContext`. */
  eventWriter(): ((event: SessionEvent) => void) | null
}

/** Plain functions and no class: tRPC copies the context field by field, which loses methods. */
export function createRequestContext(services: Services, caller: Caller): RequestContext {
  return {
    agent: services.agent,
    info: services.info,
    identify() {
      const { standing } = caller
      if (standing.state === 'unknown') throw new AgentError(standing.reason)
      if (services.now() >= standing.identity.expiresAtMs) throw new AgentError('TOKEN_EXPIRED')
      const retryAfterMs = services.callRate.take(standing.identity.userId)
      if (retryAfterMs !== null) throw new AgentError('RATE_LIMITED', { retryAfterMs })
      return standing.identity
    },
    issueGuest: (identity) => services.guests.issue({ address: caller.address, identity }),
    async refresh(token) {
      const identity = await services.tokens.verify(token, 'agent-websocket/access')
      caller.become(identity)
      return identity
    },
    async takeQuery(userId) {
      await services.queryRateOfAddress.take(caller.address)
      await services.queryRate.take(userId)
    },
    enterSubscription() {
      const leave = caller.enterSubscription()
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
  { tokens }: Pick<Services, 'tokens'>,
  caller: Caller,
  token: string | null,
): Promise<void> {
  if (!token) return
  try {
    caller.become(await tokens.verify(token, 'agent-websocket/access'))
  } catch (cause) {
    const expired = cause instanceof AgentError && cause.reason === 'TOKEN_EXPIRED'
    caller.standing = { state: 'unknown', reason: expired ? 'TOKEN_EXPIRED' : 'BAD_TOKEN' }
  }
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(header: string | undefined): string | null {
  return /^bearer ([^\s]+)$/i.exec(header?.trim() ?? '')?.[1] ?? null
}
