/** What a scenario is to `main.ts`: a run for one subject, and figures. */
import type { Backstage, CpuUse } from '../stage.ts'
import type { SubjectName } from '../subjects.ts'

/** Each figure of a run is one number. */
export type FigureName =
  /** Seconds of processor time for a million tokens delivered. */
  | 'cpuPerMillion'
  | 'tokensPerSecond'
  /** How many come together: what merging does. */
  | 'tokensPerFrame'
  | 'delayP50Ms'
  | 'delayP99Ms'
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
  | 'busyLoad'
  | 'busyModel'
  | 'busyOthers'

export type Figures = Partial<Record<FigureName, number>>

export interface Scenario {
  name: string
  title: string
  /** Who can be asked; all where it is not said. */
  subjects?: readonly SubjectName[]
  /** Rejects with `RunFailed` where a token was lost or came twice, but where that is the figure. */
  run(subject: SubjectName, backstage: Backstage): Promise<Figures>
}

/** What all runs say of how busy the machine was. */
export function busy({ subject, load, model, others, wallS }: CpuUse): Figures {
  return {
    busySubject: subject / wallS,
    busyLoad: load / wallS,
    busyModel: model / wallS,
    busyOthers: others / wallS,
  }
}
