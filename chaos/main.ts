/**
 * `npm run chaos`: schedules of faults against the real processes, judged by an oracle that sees only what users
 * see. Prints what failed, shrinks it, and keeps it as a regression. See `options.ts` for the command line.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { canMountDisks } from '../integration/harness/small-disk.ts'
import { setUpProxies } from '../scripts/setup-proxies.ts'
import { setUpRedis } from '../scripts/setup-redis.ts'
import type { Outcome } from './crew.ts'
import { makeSchedule } from './make-schedule.ts'
import { type Options, parseOptions, usage } from './options.ts'
import type { Finding } from './oracle/finding.ts'
import { readRegressions, writeRegression } from './regressions.ts'
import { reportOf, shortTable } from './report.ts'
import { describe, type Schedule } from './schedule.ts'
import { shrink } from './shrink.ts'
import { addRun, newTally, type Tally } from './tally.ts'

/** Of the lane: seeds that are run each time, and how many that are not. */
const laneSeeds = Array.from({ length: 20 }, (_, index) => index + 1)
const laneNew = 16
/** The same, where servers share a Redis: what has to be waited for there is a lease, of 10 s. */
const sharedLaneSeeds = Array.from({ length: 8 }, (_, index) => index + 1)
const sharedLaneNew = 4
/** So many schedules are what the results are of. */
const wholeRun = 1000
/** Of what failed, so many are shrunk, in so many runs each. */
const mostShrunk = 3
const mostShrinkRuns = 60

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(options: Options): Promise<boolean> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stopping.abort())
  }
  const { servers } = options
  const smallDisk = servers === null && (await canMountDisks())
  if (!smallDisk && servers === null) say('Disks are not filled: only root may mount a small one.')
  const before = readRegressions()
    .map(({ schedule }) => schedule)
    .filter((schedule) => (schedule.servers === undefined) === (servers === null))
  const schedules = [...before, ...newSchedules(options)]
  say(`seed ${options.seed}: ${schedules.length} schedules, ${before.length} of them failed before`)
  const tally = newTally()
  const failures: Outcome[] = []
  const startMs = performance.now()
  await runAll(schedules, {
    parallel: options.parallel,
    smallDisk,
    signal: stopping.signal,
    onOutcome(outcome) {
      count(tally, outcome)
      if (outcome.findings.length > 0) failures.push(outcome)
      if (outcome.findings.length > 0 || options.verbose) tell(outcome)
      if (tally.schedules % 50 === 0) say(`${tally.schedules} schedules, ${tally.failed} failed`)
    },
  })
  const facts = {
    seed: options.seed,
    parallel: options.parallel,
    day: new Date().toISOString().slice(0, 10),
    // A machine that has other work makes every start, and so every takeover, longer.
    load: loadavg()[1] ?? 0,
    machine: `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}`,
    minutes: (performance.now() - startMs) / 60_000,
  }
  const report = reportOf(tally, { ...facts, servers })
  say(options.lane ? `\n${shortTable(tally, servers)}` : `\n${report}`)
  const isWhole = !options.lane && options.schedules >= wholeRun && !stopping.signal.aborted
  const file = servers === null ? 'results.md' : 'results-redis.md'
  if (isWhole) await writeFile(new URL(file, import.meta.url), report)
  for (const failure of failures.slice(0, mostShrunk)) {
    if (!stopping.signal.aborted) await keep(failure, { smallDisk, signal: stopping.signal })
  }
  return failures.length === 0 && !stopping.signal.aborted
}

function newSchedules({ lane, schedules, seed, servers }: Options): Schedule[] {
  const [fixed, fresh] = servers === null ? [laneSeeds, laneNew] : [sharedLaneSeeds, sharedLaneNew]
  const more = lane ? fresh : schedules
  const seeds = [...(lane ? fixed : []), ...Array.from({ length: more }, (_, n) => seed + n)]
  return seeds.map((each) => makeSchedule(each, servers))
}

function count(tally: Tally, { run, findings, peakBytes }: Outcome): void {
  tally.peakBytes = Math.max(tally.peakBytes, peakBytes)
  if (run) addRun(tally, run, findings)
  else {
    tally.schedules++
    tally.failed++
    tally.findings.set('broken', (tally.findings.get('broken') ?? 0) + 1)
  }
}

function tell({ schedule, run, findings, tookMs }: Outcome): void {
  say(
    `\n${findings.length > 0 ? 'FAILED' : 'ok'} in ${Math.round(tookMs)} ms: ${describe(schedule)}`,
  )
  const counts = [...(run?.counts ?? [])].map(([name, times]) => `${name} ${times}`)
  say(`  happened: ${counts.join(', ') || 'nothing'}`)
  for (const { kind, session, detail } of findings.slice(0, 20)) {
    say(`  ${kind.toUpperCase()} ${session}: ${detail}`)
  }
}

/** Shrinks what failed, and writes it down. What does not fail again is written whole: chance had a part in it. */
async function keep(
  { schedule, findings }: Outcome,
  { smallDisk, signal }: { smallDisk: boolean; signal: AbortSignal },
): Promise<void> {
  say(`\nShrinking seed ${schedule.seed} ...`)
  const kinds = new Set(findings.map(({ kind }) => kind))
  let last: readonly Finding[] = findings
  const small = await shrink(schedule, {
    mostRuns: mostShrinkRuns,
    async fails(candidate) {
      // What is left is small enough for someone who does not want to wait.
      if (signal.aborted) return false
      const found = (await runAlone(candidate, smallDisk)).findings
      const isSame = found.some(({ kind }) => kinds.has(kind))
      if (isSame) last = found
      return isSame
    },
  })
  const file = await writeRegression(small, last)
  say(`${small.steps.length} of ${schedule.steps.length} steps are left, kept in ${file}:`)
  say(describe(small))
}

let options: Options
try {
  options = parseOptions(process.argv.slice(2))
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : cause}\n\n${usage}\n`)
  process.exit(2)
}
if (process.platform !== 'linux') {
  say('Chaos stops and freezes processes and reads /proc, so it runs on Linux only.')
  process.exit(options.lane ? 0 : 2)
}
if (options.servers !== null) {
  process.env.REDIS_SERVER = setUpRedis()
  setUpProxies()
}
// Not before Redis has its place: what is loaded here reads it.
const { runAll, runAlone } = await import('./crew.ts')
process.exit((await main(options)) ? 0 : 1)
