/** The command line of `npm run chaos`. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export interface Options {
  schedules: number
  /** Of the first schedule; the others follow it. */
  seed: number
  parallel: number
  /** So many servers, which share a Redis behind a proxy; null: one, with the embedded store. */
  servers: number | null
  /** A short run for `npm test`: what failed before, fixed seeds, and some new ones. */
  lane: boolean
  /** Print every schedule, not only those that failed. */
  verbose: boolean
}

export const usage = `npm run chaos -- [--schedules N] [--seed N] [--parallel N] [--servers N --redis] [--lane] [--verbose]
  --schedules  how many (100)
  --seed       of the first one; by chance without it, and printed
  --parallel   how many at once, each on processes of its own (the number of cores)
  --redis      servers that share a Redis, behind nginx and HAProxy, instead of one with the embedded store
  --servers    how many of them (3)
  --lane       the short run of npm test
  --verbose    print every schedule
Schedules that failed before are in chaos/regressions and are run first. A run of 1,000 or more is written to
chaos/results.md, with --redis to chaos/results-redis.md.`

/** Throws an error whose message is for people. */
export function parseOptions(args: readonly string[], chance = Math.random): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      schedules: { type: 'string', default: '100' },
      seed: { type: 'string' },
      parallel: { type: 'string', default: String(availableParallelism()) },
      servers: { type: 'string' },
      redis: { type: 'boolean', default: false },
      lane: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  })
  if (values.servers !== undefined && !values.redis) {
    throw new Error('--servers needs --redis: servers share nothing else')
  }
  return {
    schedules: whole('schedules', values.schedules, 0),
    seed:
      values.seed === undefined ? Math.floor(chance() * 2 ** 31) : whole('seed', values.seed, 0),
    parallel: whole('parallel', values.parallel, 1),
    servers: values.redis ? whole('servers', values.servers ?? '3', 1) : null,
    lane: values.lane,
    verbose: values.verbose,
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new Error(`--${name} is a whole number from ${least} on`)
}
