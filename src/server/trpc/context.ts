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
}

export interface RequestContext {
  agent: Agent
  info: ServerInfo
  /**
   * The caller, checked now, and one call taken from its user's rate; throws `AgentError` (`NO_TOKEN`,
   * `BAD_TOKEN`, `TOKEN_EXPIRED`, `RATE_LIMITED`).
   */
  identify(): Identity
  /** `auth.guest`: null where guests are not let in. */
  issueGuest: ((identity: string | undefined) => Promise<GuestToken>) | null
  /** `auth.refresh`: this connection is the token's user from now on. Throws `AgentError`. */
  refresh(token: string): Promise<Identity>
  /** Takes one query from the rates of the user and of his address. Throws `AgentError('RATE_LIMITED')`. */
  takeQuery(userId: string): Promise<void>
  /** Counts a subscription on this connection; throws `RATE_LIMITED` past the limit. Call the result when it ends. */
  enterSubscription(): () => void
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
