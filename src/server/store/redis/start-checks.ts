/**
 * What an operator should know of this Redis before anybody relies on it: docs/operating.md explains each. Used as
 * the store is opened. `INFO` says all of it: where `CONFIG` is forbidden, too.
 */
import type { Logger } from '../../../core/ports/log.ts'
import type { RedisConnection } from './connection.ts'
import { missingRights } from './rights.ts'

const leastVersion = 7

/** Throws where it is too old, or its user may not do enough; warns of what may lose data. */
export async function checkRedis(
  connection: RedisConnection,
  { log, prefix }: { log: Logger; prefix: string },
): Promise<void> {
  const missing = await missingRights(connection, prefix)
  if (missing.length > 0) {
    throw new Error(
      `the user of REDIS_URL may not do all that is needed: it lacks ${missing.join(', ')} on ${prefix}:*. ` +
        'docs/operating.md has the rules of a user that may',
    )
  }
  const info = fieldsOf(await connection.command((client) => client.info()))
  const version = info.get('redis_version') ?? '0'
  if (Number.parseInt(version, 10) < leastVersion) {
    throw new Error(
      `Redis ${version} is too old: version ${leastVersion} or later, or Valkey, is needed`,
    )
  }
  for (const warning of redisWarnings(info)) log.warn({}, warning)
}

export function redisWarnings(info: ReadonlyMap<string, string>): string[] {
  const warnings: string[] = []
  if (info.get('aof_enabled') === '0') {
    warnings.push(
      'Redis keeps no append-only file: should it end, what was acknowledged since its last snapshot is lost. Set appendonly yes',
    )
  }
  const policy = info.get('maxmemory_policy')
  const isBounded = (info.get('maxmemory') ?? '0') !== '0'
  if (isBounded && policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `Redis may drop sessions when its memory is full (maxmemory-policy ${policy}): set it to noeviction`,
    )
  }
  if (info.get('role') === 'slave') {
    warnings.push(
      'This Redis is a replica, which cannot be written to: REDIS_URL has to name its master',
    )
  }
  return warnings
}

function fieldsOf(info: string): Map<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'))
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}
