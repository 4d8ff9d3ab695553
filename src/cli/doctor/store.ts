/** The store: the data folder, or Redis where `REDIS_URL` is set. Nothing is changed in either. Used by the doctor. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ServerSettings } from '../../server/settings.ts'
import { defaultRedisTimes } from '../../server/store/redis/clients.ts'
import { openConnection } from '../../server/store/redis/connection.ts'
import { redisName } from '../../server/store/redis/redis-url.ts'
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

/** A Redis is near its server. */
const redisMs = 3_000

async function checkShared(redis: NonNullable<ServerSettings['redis']>): Promise<Finding[]> {
  const name = 'Redis'
  const warnings: string[] = []
  const quiet = () => {}
  const log = {
    info: quiet,
    warn: (_: object, text: string) => void warnings.push(text),
    error: quiet,
  }
  const times = { ...defaultRedisTimes, commandMs: redisMs, waitMs: 0 }
  const opened = await openConnection(redis, { log, times, startMs: redisMs }).catch(reasonOf)
  if (typeof opened === 'string') return [unreached(redisName(redis), opened)]
  try {
    await checkRedis(opened, { log, prefix: redis.prefix })
  } catch (cause) {
    const todo = 'See "Redis" in docs/operating.md, and whether REDIS_URL names the right one.'
    return [bad(name, `It answers, and cannot be used: ${reasonOf(cause)}.`, todo)]
  } finally {
    await opened.close()
  }
  if (warnings.length === 0) return [good(name, 'It answers, and keeps what it is told.')]
  return warnings.map((text) => warning(name, `${text}.`, 'See "Redis" in docs/operating.md.'))
}

/** `reason`: what the last try came to, in the words of Redis or of the system. */
function unreached(where: string, reason: string): Finding {
  if (/^(?:NOAUTH|WRONGPASS|NOPERM|ERR)\b/.test(reason)) {
    const todo = 'Check the user and the password in REDIS_URL.'
    return bad('Redis', `The one at ${where} lets this server not in: ${reason}.`, todo)
  }
  const todo =
    'Start it, and check that this machine reaches it (network, firewall, TLS) and that REDIS_URL is right.'
  const why = reason.startsWith('no answer') ? 'it says nothing' : reason
  const says = `None answers at ${where} within ${redisMs / 1000} s: ${why}.`
  return bad('Redis', says, todo)
}
