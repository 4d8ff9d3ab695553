/** The store that the settings name: SQLite in the data folder, or Redis. Used by `compose.ts`. */
import { randomBytes } from 'node:crypto'
import type { Logger } from '../../core/ports/log.ts'
import type { Store } from '../../core/ports/store.ts'
import type { SharedLimits } from '../limits/limits.ts'
import type { ServerSettings } from '../settings.ts'
import { StartError } from '../start-error.ts'
import { openConnection } from './redis/connection.ts'
import { createKeys } from './redis/keys.ts'
import { openRedisStore } from './redis/redis-store.ts'
import type { RedisSettings } from './redis/redis-url.ts'
import { checkRedis } from './redis/start-checks.ts'
import { openSqliteStore } from './sqlite/sqlite-store.ts'

export interface OpenedStore {
  store: Store
  /** Where all servers count together; null where there is one. */
  shared: SharedLimits | null
  close(): Promise<void>
}

/** Throws `StartError` where it cannot be had. */
export async function openStore(
  { dataDir, redis }: Pick<ServerSettings, 'dataDir' | 'redis'>,
  log: Logger,
): Promise<OpenedStore> {
  try {
    if (redis) return await openShared(redis, log)
    const store = openSqliteStore({ dataDir, log })
    return { store, shared: null, close: () => store.close() }
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

async function openShared(settings: RedisSettings, log: Logger): Promise<OpenedStore> {
  const connection = await openConnection(settings, { log })
  try {
    await checkRedis(connection, { log, prefix: settings.prefix })
    const keys = createKeys(settings.prefix)
    const store = await openRedisStore({ connection, keys, log })
    const server = randomBytes(6).toString('base64url')
    return {
      store,
      shared: { connection, keys, server },
      async close() {
        await store.close()
        await connection.close()
      },
    }
  } catch (cause) {
    await connection.close()
    throw cause
  }
}
