/**
 * What a procedure needs of the connection that it was called on. A small interface of its own, so that
 * the published types of the client drag in neither `ws` nor a store.
 */
import type { Agent } from '../../core/agent/agent.ts'
import type { SessionEvent } from '../../core/events.ts'
import type { GuestToken, ServerInfo } from './replies.ts'

export type { GuestToken, ServerInfo }

/** Who is at the other end. Set once per connection, renewed by `auth.refresh`. */
export interface Identity {
  userId: string
  /** Milliseconds since 1970. */
  expiresAtMs: number
  /** Milliseconds since 1970; 0 where the token does not say. */
  issuedAtMs: number
}

/** What a caller may do: a user's all, a service's and an operator's one thing each. */
export type Role = 'nobody' | 'user' | 'service' | 'operator'

export interface RequestContext {
  agent: Agent
  info: ServerInfo
  /** Null where a call of the caller's may begin now; else resolves when it may: who calls a lot at once waits by himself. */
  turn(): Promise<void> | null
  /**
   * The caller, checked now, and one call taken from its user's rate; throws `AgentError` (`NO_TOKEN`,
   * `BAD_TOKEN`, `TOKEN_EXPIRED`, `AUTH_UNAVAILABLE`, `RATE_LIMITED`).
   */
  identify(): Identity
  /** Throws where the caller is another than this, checked now. Of a service it gives the name. */
  identifyAs(role: 'service' | 'operator'): string
  role(): Role
  /** Whether the caller's token is over. If so, the connection is cut, and nothing more may be given to it. */
  cutIfOver(): boolean
  /** `auth.guest`: null where guests are not let in. */
  issueGuest: ((identity: string | undefined) => Promise<GuestToken>) | null
  /** `auth.refresh`: this connection is the token's user from now on. Throws `AgentError`. */
  refresh(token: string): Promise<Identity>
  /** `auth.revoke`: tokens of this user, up to now, are void. Resolves with that time. */
  revoke(userId: string): Promise<number>
  /** Takes one call from the service's rate. Throws `AgentError('RATE_LIMITED')`. */
  takeNotification(service: string): Promise<void>
  /** Takes one query from the rates of the user and of his address. Throws `AgentError('RATE_LIMITED')`. */
  takeQuery(userId: string): Promise<void>
  /** Counts a subscription on this connection; throws `RATE_LIMITED` past the limit. Call the result when it ends. */
  enterSubscription(): Promise<() => void>
  /**
   * Resolves when the reader's connection has room again; null where it has room now. What waits here
   * is not read from the log, so that a reader who does not read costs a fixed amount of memory (G10).
   */
  drained(signal: AbortSignal): Promise<void> | null
  /**
   * Writes events of the subscription that tRPC has just announced as started straight to its connection; null
   * where the transport has no such way. Call it as the subscription's iterator is asked for.
   */
  eventWriter(): ((event: SessionEvent) => void) | null
}
