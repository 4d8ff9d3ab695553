/**
 * Finds a Redis or Valkey server for the tests on a real one, or installs Debian's. Used by `lanes.ts`;
 * `node scripts/setup-redis.ts` does it alone. The tests get the path as `REDIS_SERVER`.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { childEnv, root } from './child.ts'
import { aptRetries } from './system-packages.ts'

const names = ['redis-server', 'valkey-server']

/** The server's path; throws where there is none and none can be installed. */
export function setUpRedis(): string {
  const there = findRedis()
  if (there) return there
  install()
  const installed = findRedis()
  if (!installed) throw new Error(`redis-server is not there after its installation. ${advice}`)
  return installed
}

/** `REDIS_SERVER`, or the system's Redis or Valkey; null where none can be run. */
export function findRedis(): string | null {
  const named = process.env.REDIS_SERVER
  if (named) {
    if (!canRun(named)) throw new Error(`REDIS_SERVER is ${named}, which cannot be run.`)
    return named
  }
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const candidates = names.flatMap((name) =>
    folders.filter(Boolean).map((folder) => join(folder, name)),
  )
  return candidates.find(canRun) ?? null
}

const advice = 'Install Redis 7 or Valkey, or set REDIS_SERVER to its server program.'

function install(): void {
  if (!canRun('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(`The redis tests need a redis-server, and there is none. ${advice}`)
  }
  run('apt-get', [...aptRetries, 'update'])
  run('apt-get', [...aptRetries, 'install', '-y', '--no-install-recommends', 'redis-server'])
}

function run(command: string, args: string[]): void {
  console.log(`No Redis found. Installing one: ${command} ${args.join(' ')}`)
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: childEnv({ DEBIAN_FRONTEND: 'noninteractive' }),
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}.`)
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (import.meta.main) console.log(`Redis: ${setUpRedis()}`)
