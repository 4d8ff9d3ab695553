/**
 * Runs many schedules, so many at once, each on a stage of its own. A stage goes on with schedules of its server's
 * policy while there are any, and is given up where something went wrong on it. Used by `main.ts`.
 */

import { LoneStage } from './lone-stage.ts'
import type { Finding } from './oracle/finding.ts'
import { judge } from './oracle/judge.ts'
import { type Run, runSchedule } from './run-schedule.ts'
import type { Schedule } from './schedule.ts'
import { SharedStage } from './shared-stage.ts'
import type { Stage } from './stage.ts'

export interface Outcome {
  schedule: Schedule
  /** Null where the run itself broke off. */
  run: Run | null
  findings: Finding[]
  peakBytes: number
  tookMs: number
}

export interface CrewOptions {
  parallel: number
  smallDisk: boolean
  signal: AbortSignal
  onOutcome(outcome: Outcome): void
}

/** Resolves when all are run, or the signal is aborted and what was under way is over. */
export async function runAll(schedules: readonly Schedule[], options: CrewOptions): Promise<void> {
  const left = [...schedules]
  const take = (policy: string | null): Schedule | undefined => {
    const place = left.findIndex((schedule) => schedule.policy === policy)
    return left.splice(Math.max(place, 0), 1)[0]
  }
  const work = async () => {
    let stage: Stage | null = null
    try {
      while (!options.signal.aborted) {
        const schedule = take(stage?.policy ?? null)
        if (!schedule) return
        stage ??= await openStage(schedule, options.smallDisk)
        const outcome = await runOn(stage, schedule)
        options.onOutcome(outcome)
        if (outcome.findings.length === 0) continue
        await stage[Symbol.asyncDispose]()
        stage = null
      }
    } finally {
      await stage?.[Symbol.asyncDispose]()
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, work))
}

/** Runs one schedule on a stage of its own. */
export async function runAlone(schedule: Schedule, smallDisk: boolean): Promise<Outcome> {
  await using stage = await openStage(schedule, smallDisk)
  return await runOn(stage, schedule)
}

/** All schedules of a run have as many servers. */
function openStage({ servers }: Schedule, smallDisk: boolean): Promise<Stage> {
  return servers === undefined ? LoneStage.open({ smallDisk }) : SharedStage.open(servers)
}

async function runOn(stage: Stage, schedule: Schedule): Promise<Outcome> {
  const startMs = performance.now()
  const end = (run: Run | null, findings: Finding[]): Outcome => {
    const tookMs = performance.now() - startMs
    return { schedule, run, findings, tookMs, peakBytes: stage.peakBytes }
  }
  try {
    const run = await runSchedule(stage, schedule)
    return end(run, judge(run.observations))
  } catch (cause) {
    const detail = cause instanceof Error ? `${cause.stack}` : String(cause)
    return end(null, [{ kind: 'broken', session: '', detail }])
  }
}
