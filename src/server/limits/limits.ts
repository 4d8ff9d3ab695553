/**
 * The limits of a server that are counted over more than one socket, out of its settings. Those of one socket
 * are in `agent-socket.ts`, those of a session in the core. What has no setting of its own follows from
 * one that has. Used by `compose.ts`; docs/operating.md has the table.
 */
import type { LimitSettings } from '../settings.ts'
import type { RedisConnection } from '../store/redis/connection.ts'
import type { Keys } from '../store/redis/keys.ts'
import { type Buckets, createBuckets } from './buckets.ts'
import { type ConnectionLimits, createConnectionLimits } from './connection-limits.ts'
import { createFairCalls, type FairCalls } from './fair-calls.ts'
import { createOffences, type Offences } from './offences.ts'
import { createRate, type Rate } from './rate.ts'
import { createSharedCounts } from './user-connections.ts'

/** Guests that one address may become in a minute, for each connection that it may have. */
const guestsPerConnection = 3
/** Calls of one user in a second over all sockets, for each frame that one socket may send. */
const callsPerMessage = 2
/** HTTP requests of one address in a second, for each frame that one socket may send. */
const requestsPerMessage = 10
/**
 * An address may open all its connections at once, twice, and all of them again in ten seconds; and a few more,
 * for where it may have few.
 */
const opening = { burst: 50, rate: 5, againS: 10 }

export interface Limits {
  connections: ConnectionLimits
  queryRate: Rate
  queryRateOfAddress: Rate
  guestRate: Rate
  /** Calls of `notify`, by service. */
  notificationRate: Rate
  /** Calls by user, over all of his sockets and requests. */
  callRate: Buckets
  /** Whose calls begin in this turn of the event loop. */
  fairCalls: FairCalls
  /** HTTP requests to the router, by address. */
  requestRate: Buckets
  /** New WebSockets, by address. */
  openRate: Buckets
  /** What was refused, by address: who goes on is refused before any work. */
  offences: Offences
}

/** Where all servers count together; `server` is this process among them. */
export interface SharedLimits {
  connection: RedisConnection
  keys: Keys
  server: string
}

export function createLimits(
  settings: LimitSettings,
  { now, shared }: { now: () => number; shared: SharedLimits | null },
): Limits {
  const { messagesPerSecond, maxConnectionsPerAddress } = settings
  const calls = messagesPerSecond * callsPerMessage
  const requests = messagesPerSecond * requestsPerMessage
  const rate = (name: string, perMinute: number) =>
    createRate(perMinute, {
      shared: shared && { client: shared.connection.client, prefix: shared.keys.rate(name) },
    })
  const most = settings.maxConnectionsPerUser
  const counts = shared && createSharedCounts(shared, { most, server: shared.server })
  return {
    connections: createConnectionLimits(settings, counts),
    queryRate: rate('query', settings.queriesPerMinute),
    queryRateOfAddress: rate('query-of-address', settings.queriesPerMinutePerAddress),
    guestRate: rate('guest', maxConnectionsPerAddress * guestsPerConnection),
    notificationRate: rate('notification', settings.notificationsPerMinute),
    callRate: createBuckets({ rate: calls, burst: 2 * calls }, { now }),
    fairCalls: createFairCalls(),
    requestRate: createBuckets({ rate: requests, burst: requests }, { now }),
    openRate: createBuckets(
      {
        rate: opening.rate + maxConnectionsPerAddress / opening.againS,
        burst: opening.burst + 2 * maxConnectionsPerAddress,
      },
      { now },
    ),
    offences: createOffences({ now }),
  }
}
