/** What a scenario is to `main.ts`: a run for one subject, and figures. */
import type { Measured } from '../load/load.ts'
import type { Backstage, CpuUse } from '../stage.ts'
import type { SubjectName } from '../subjects.ts'

/** Each figure of a run is one number. */
export type FigureName =
  /** Seconds of processor time for a million tokens delivered. */
  | 'cpuPerMillion'
  /** Of that, Redis's own. */
  | 'redisCpuPerMillion'
  | 'tokensPerSecond'
  /** How many come together: what merging does. */
  | 'tokensPerFrame'
  | 'delayP50Ms'
  | 'delayP99Ms'
  /** Of the readers at another server than the one that was asked. */
  | 'farDelayP50Ms'
  | 'farDelayP99Ms'
  /** Redis's memory: of a session without a question, and of one whose answer streams. */
  | 'redisBytesEmpty'
  | 'redisBytesStreaming'
  | 'bytesPerConnection'
  /** Most resident memory over the same run without the paused readers. */
  | 'growthBytes'
  /** The other readers' p99 with paused readers, over their p99 without. */
  | 'p99Ratio'
  | 'caughtUpMs'
  | 'caughtUpMedianMs'
  | 'lost'
  | 'doubled'
  /** Calls of those who keep within the limits, without and with an abuser beside them. */
  | 'idleP99Ms'
  | 'abusedP99Ms'
  /** The second over the first. */
  | 'abusedRatio'
  /** What the abuser tried. */
  | 'abusePerSecond'
  /** Cores that each was busy with. */
  | 'busySubject'
  | 'busyRedis'
  | 'busyLoad'
  | 'busyModel'
  | 'busyOthers'

export type Figures = Partial<Record<FigureName, number>>

export interface Scenario {
  name: string
  title: string
  /** What is compared in it. */
  subjects: readonly SubjectName[]
  /** Rejects with `RunFailed` where a token was lost or came twice, but where that is the figure. */
  run(subject: SubjectName, backstage: Backstage): Promise<Figures>
}

/** What all runs say of how busy the machine was. */
export function busy({ subject, redis, load, model, others, wallS }: CpuUse): Figures {
  return {
    busySubject: subject / wallS,
    ...(redis > 0 && { busyRedis: redis / wallS }),
    busyLoad: load / wallS,
    busyModel: model / wallS,
    busyOthers: others / wallS,
  }
}

/** What a token costs, Redis's own work with it. */
export function cpuFigures({ subject, redis }: CpuUse, { tokens }: Measured): Figures {
  return {
    cpuPerMillion: ((subject + redis) / tokens) * 1e6,
    ...(redis > 0 && { redisCpuPerMillion: (redis / tokens) * 1e6 }),
  }
}

/** What comes by way of another server. */
export function farFigures({ farDelays }: Measured): Figures {
  return farDelays === null
    ? {}
    : { farDelayP50Ms: farDelays.p50Ms, farDelayP99Ms: farDelays.p99Ms }
}
