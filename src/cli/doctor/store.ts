/** The store: the data folder, or Redis where `REDIS_URL` is set. Nothing is changed in either. Used by the doctor. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ServerSettings } from '../../server/settings.ts'
import { openConnection } from '../../server/store/redis/connection.ts'
import { checkRedis } from '../../server/store/redis/start-checks.ts'
import { bad, type Finding, good, reasonOf, warning } from './check.ts'

const name = 'Store'

export function checkStore({
  dataDir,
  redis,
}: Pick<ServerSettings, 'dataDir' | 'redis'>): Finding[] | Promise<Finding[]> {
  return redis ? checkShared(redis) : [checkFolder(dataDir)]
}

function checkFolder(dataDir: string): Finding {
  const folder = resolve(dataDir)
  try {
    let there = folder
    while (!existsSync(there) && there !== dirname(there)) there = dirname(there)
    if (!statSync(there).isDirectory()) {
      return bad(name, `${there} is a file and no folder.`, 'Set DATA_DIR to a folder.')
    }
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK)
    if (there !== folder)
      return good(name, `${dataDir} is not there yet: the first start makes it.`)
  } catch (cause) {
    const todo = 'Give it to the user that runs the server, or set DATA_DIR to another folder.'
    return bad(name, `${dataDir} cannot be used: ${reasonOf(cause)}.`, todo)
  }
  return checkDatabase(dataDir)
}

function checkDatabase(dataDir: string): Finding {
  const path = join(dataDir, 'agent.db')
  if (!existsSync(path)) return good(name, `${dataDir} is empty: the first start fills it.`)
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      db.exec('pragma busy_timeout = 2000')
      const said = Object.values(db.prepare('pragma quick_check(1)').get() ?? {})
      if (said[0] === 'ok') return good(name, `${path} is whole.`)
      return bad(name, `${path} is damaged: ${String(said[0])}.`, restore)
    } finally {
      db.close()
    }
  } catch (cause) {
    return bad(name, `${path} cannot be read: ${reasonOf(cause)}.`, restore)
  }
}

const restore =
  'Stop the server, keep a copy of the folder, and set DATA_DIR to the last backup (agent-websocket backup makes them).'

async function checkShared(redis: NonNullable<ServerSettings['redis']>): Promise<Finding[]> {
  const warnings: string[] = []
  const quiet = () => {}
  const log = {
    info: quiet,
    warn: (_: object, text: string) => void warnings.push(text),
    error: quiet,
  }
  try {
    const connection = await openConnection(redis, { log })
    try {
      await checkRedis(connection, { log, prefix: redis.prefix })
    } finally {
      await connection.close()
    }
  } catch (cause) {
    const todo = 'Check that it runs, that this machine reaches it, and that REDIS_URL is right.'
    return [bad('Redis', `It cannot be used: ${reasonOf(cause)}.`, todo)]
  }
  if (warnings.length === 0) return [good('Redis', 'It answers, and keeps what it is told.')]
  return warnings.map((text) => warning('Redis', `${text}.`, 'See "Redis" in docs/operating.md.'))
}
