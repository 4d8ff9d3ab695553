/** What the procedures answer that are of the server itself. Part of the types that clients have. */
import type { Reason } from '../../core/errors.ts'

export interface ServerInfo {
  agentName: string
  version: string
  model: string
  models: string[]
  /** True where the built-in simulator answers. */
  simulated: boolean
  auth: { mode: 'guest' | 'jwt' }
  limits: {
    maxMessageBytes: number
    maxQueued: number
    queriesPerMinute: number
    maxHistory: number
    sessionTimeoutMinutes: number
    /** What each user may use in a day, in UTC; absent: no limit. */
    tokensPerDay?: number
    costPerDayUsd?: number
  }
}

export interface GuestToken {
  token: string
  userId: string
  /** ISO 8601, UTC. */
  expiresAt: string
  /** Kept by who wants to come back as the same guest: `auth.guest` takes it for a fresh token. */
  identity: string
}

/** Beside the core's reasons: the call never got so far. */
export type TransportReason = 'NO_SUCH_PROCEDURE' | 'INTERNAL'

/** What `error.data` holds beside tRPC's own fields. Contract section 6. */
export interface ErrorData {
  reason?: Reason | TransportReason
  fields?: Record<string, string>
  retryAfterMs?: number
  retryable?: boolean
  correlationId?: string
}
