/**
 * The connections to Redis of one process: one for commands, one for what is announced, however many sessions
 * there are (with Cluster, those of each node). Used by `connection.ts`.
 */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisSettings } from './redis-url.ts'

export type Client = Redis | Cluster
/** The types of ioredis and `exactOptionalPropertyTypes` do not go together here. */
type Options = Omit<RedisOptions, 'replyMapping'>

export interface Clients {
  commands: Client
  /** With Cluster the same: it has connections of its own for this, one a node. */
  subscriber: Client
}

export interface RedisTimes {
  /** What a command gets to be answered, a connection to be made, and a silent one to say something. */
  commandMs: number
  /** While there is no connection, commands wait so long for one. */
  waitMs: number
  /** Between two signs of life of the connection for announcements. */
  pingMs: number
  /** A session of which nothing was heard for so long is looked at: a bell may have been lost. */
  pollMs: number
}

export const defaultRedisTimes: RedisTimes = {
  commandMs: 5000,
  waitMs: 2000,
  pingMs: 5000,
  pollMs: 20_000,
}

const retryMs = { first: 50, most: 1000 }
/** A server that became a replica is left for its successor, but not over and over where there is none. */
const readonlyMs = 2000

/** Jittered, so that servers do not come back as one. */
function retryDelay(times: number): number {
  const delay = Math.min(retryMs.most, retryMs.first * 2 ** Math.min(times, 10))
  return Math.round(delay * (0.5 + Math.random() / 2))
}

export function createClients(settings: RedisSettings, times: RedisTimes): Clients {
  const { place, login } = settings
  let leftAtMs = Number.NEGATIVE_INFINITY
  const shared = {
    ...login,
    lazyConnect: true,
    connectionName: 'agent-websocket',
    connectTimeout: times.commandMs,
    commandTimeout: times.commandMs,
    socketTimeout: times.commandMs,
    // It holds the process for so long after the end, where there was no connection too.
    disconnectTimeout: times.waitMs,
    // A command whose reply was lost is sent again, which is why every write may come twice.
    autoResendUnfulfilledCommands: true,
    maxRetriesPerRequest: 3,
    reconnectOnError: (cause: Error) => {
      if (!cause.message.startsWith('READONLY')) return false
      if (performance.now() - leftAtMs < readonlyMs) return false
      leftAtMs = performance.now()
      return true
    },
  } satisfies Options
  if (place.kind === 'cluster') {
    const options = {
      lazyConnect: true,
      shardedSubscribers: true,
      clusterRetryStrategy: retryDelay,
      slotsRefreshTimeout: times.commandMs,
      redisOptions: { ...shared, ...(place.tls && { tls: {} }) },
    }
    const cluster = new Cluster(place.nodes, options)
    return { commands: cluster, subscriber: cluster }
  }
  const options: Options = { ...shared, retryStrategy: retryDelay }
  switch (place.kind) {
    case 'single':
      Object.assign(options, place.node, { db: place.db }, place.tls && { tls: {} })
      break
    case 'socket':
      Object.assign(options, { path: place.path, db: place.db })
      break
    case 'sentinel':
      Object.assign(options, {
        sentinels: place.nodes,
        name: place.master,
        db: place.db,
        sentinelUsername: place.sentinelLogin.username,
        sentinelPassword: place.sentinelLogin.password,
        sentinelRetryStrategy: retryDelay,
        ...(place.tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
      })
      break
  }
  return {
    // Without a queue of its own: what was given up must not be done as the connection comes back.
    commands: new Redis({ ...options, enableOfflineQueue: false }),
    subscriber: new Redis({ ...options, connectionName: 'agent-websocket-bell' }),
  }
}
