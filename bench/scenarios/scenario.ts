/** What a scenario is to `main.ts`: a run for one subject, and figures. */
import type { Backstage } from '../stage.ts'
import type { SubjectName } from '../subjects.ts'

export const figureNames = [
  'cpuPerMillion',
  'delayP50Ms',
  'delayP99Ms',
  'tokensPerSecond',
  'busySubject',
  'busyLoad',
  'busyModel',
] as const
export type FigureName = (typeof figureNames)[number]

export type Figures = Partial<Record<FigureName, number>>

export interface Scenario {
  name: string
  title: string
  run(subject: SubjectName, backstage: Backstage): Promise<Figures>
}
