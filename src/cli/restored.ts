/**
 * The verb `restored`: said once after an older copy of the store was put back. Readers that saw more than the copy has
 * then get `reset` whenever they come, also when the log has grown past them (G8). Used by the command line.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ServerSettings } from '../server/settings.ts'
import { openConnection } from '../server/store/redis/connection.ts'
import { beginNewEpochs as beginInRedis } from '../server/store/redis/new-epochs.ts'
import { openDataDir } from '../server/store/sqlite/data-dir.ts'
import { beginNewEpochs as beginInFile } from '../server/store/sqlite/new-epochs.ts'

/** The number of sessions. Throws an error whose message is for people. */
export async function restored({
  dataDir,
  redis,
}: Pick<ServerSettings, 'dataDir' | 'redis'>): Promise<number> {
  const log = { info() {}, warn() {}, error() {} }
  if (redis) {
    const connection = await openConnection(redis, { log })
    try {
      return await beginInRedis(connection, { prefix: redis.prefix })
    } finally {
      await connection.close()
    }
  }
  if (!existsSync(join(dataDir, 'agent.db'))) throw new Error(`${dataDir} has no agent.db.`)
  // A running server has the epochs in memory: the folder must be free.
  const { databasePath, release } = openDataDir(dataDir, log)
  try {
    const db = new DatabaseSync(databasePath)
    try {
      return beginInFile(db)
    } finally {
      db.close()
    }
  } finally {
    release()
  }
}
