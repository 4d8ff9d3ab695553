/**
 * What a Redis user must be allowed for an agent server, and whether it is: Redis is asked as that user, and nothing
 * is done. docs/operating.md has the user with exactly these. Used by the start's checks and by the doctor.
 */
import type { RedisConnection } from './connection.ts'

/** Key patterns and channels that every one of them needs: those of the prefix. */
const key = 'KEY'
const channel = 'CHANNEL'

/** Each with the fewest arguments that it takes. */
const probes: readonly (readonly [command: string, ...args: string[]])[] = [
  ['del', key],
  ['eval', 'return 1', '0'],
  ['evalsha', '0'.repeat(40), '0'],
  ['exists', key],
  ['expire', key, '1'],
  ['get', key],
  ['hdel', key, 'f'],
  ['hget', key, 'f'],
  ['hgetall', key],
  ['hincrby', key, 'f', '1'],
  ['hincrbyfloat', key, 'f', '1'],
  ['hkeys', key],
  ['hmget', key, 'f'],
  ['hset', key, 'f', 'v'],
  ['hsetnx', key, 'f', 'v'],
  ['incr', key],
  ['incrby', key, '1'],
  ['info'],
  ['pexpire', key, '1'],
  ['ping'],
  ['pttl', key],
  ['scan', '0'],
  ['set', key, 'v'],
  ['spublish', channel, 'm'],
  ['ssubscribe', channel],
  ['sunsubscribe', channel],
  ['time'],
  ['unlink', key],
  ['xadd', key, '1-0', 'f', 'v'],
  ['xdel', key, '1-0'],
  ['xlen', key],
  ['xrange', key, '-', '+'],
  ['xrevrange', key, '+', '-'],
  ['zadd', key, '1', 'm'],
  ['zcard', key],
  ['zrange', key, '0', '1'],
  ['zrangebylex', key, '-', '+'],
  ['zrem', key, 'm'],
  ['zscore', key, 'm'],
]

/** The names of the connections, for `CLIENT LIST`; a server does without. `client|setinfo` is unknown before 7.2. */
const welcome = ['client|setname']
/** Where `REDIS_URL` names a Cluster. */
const ofCluster = ['cluster|slots', 'cluster|shards', 'cluster|info', 'readonly', 'asking']

/** The rules of a user with these rights and no others, as `ACL SETUSER` takes them. */
export function aclRules(prefix: string, { cluster = false } = {}): string[] {
  const commands = probes.map(([name]) => name)
  const all = [...commands, ...welcome, ...(cluster ? ofCluster : [])]
  return [`~${prefix}:*`, `&${prefix}:*`, '-@all', ...all.map((name) => `+${name}`)]
}

/** `redis.acl_check_cmd` asks for the user that runs the script, and does nothing. */
const script = `
local missing = {}
for at = 1, #ARGV do
  local args = cjson.decode(ARGV[at])
  local ok, allowed = pcall(redis.acl_check_cmd, unpack(args))
  if ok and not allowed then missing[#missing + 1] = args[1] end
end
return missing`

/** Rights that the user lacks, by name; empty where it has all, or where Redis cannot be asked. */
export async function missingRights(
  connection: RedisConnection,
  prefix: string,
): Promise<string[]> {
  const named = `${prefix}:rights`
  const calls = probes.map((call) =>
    JSON.stringify(call.map((part) => (part === key || part === channel ? named : part))),
  )
  try {
    const missing: unknown = await connection.client.eval(script, 0, ...calls)
    return Array.isArray(missing) ? missing.map(String) : []
  } catch (cause) {
    // Who may not even ask.
    if (cause instanceof Error && cause.message.startsWith('NOPERM')) return ['eval']
    return []
  }
}
