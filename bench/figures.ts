/**
 * From the runs to what the report says: medians over the rounds, the ratio to the bare relay of the same
 * round, and whether the target is met. Pure; used by `main.ts` and the report.
 */
import type { FigureName, Figures } from './scenarios/scenario.ts'
import { type SubjectName, subjectNames } from './subjects.ts'

/** One round of one scenario: what each subject's run said. */
export type Round = Partial<Record<SubjectName, Figures>>

export interface Target {
  scenario: string
  figure: FigureName
  /** Of our figure itself, or of its ratio to the bare relay's. */
  of: 'figure' | 'ratio'
  most: number
}

export const targets: readonly Target[] = [
  { scenario: 'paced-200', figure: 'cpuPerMillion', of: 'ratio', most: 1.5 },
  { scenario: 'paced-1000', figure: 'cpuPerMillion', of: 'ratio', most: 1 },
  { scenario: 'paced-1000', figure: 'delayP99Ms', of: 'figure', most: 150 },
  { scenario: 'flood', figure: 'cpuPerMillion', of: 'ratio', most: 0.4 },
  { scenario: 'idle', figure: 'bytesPerConnection', of: 'figure', most: 40 * 1024 },
  { scenario: 'paused', figure: 'growthBytes', of: 'figure', most: 64 * 1024 * 1024 },
  { scenario: 'paused', figure: 'p99Ratio', of: 'figure', most: 2 },
  { scenario: 'dropped', figure: 'caughtUpMs', of: 'figure', most: 2000 },
  { scenario: 'dropped', figure: 'lost', of: 'figure', most: 0 },
  { scenario: 'dropped', figure: 'doubled', of: 'figure', most: 0 },
  { scenario: 'abuse', figure: 'abusedRatio', of: 'figure', most: 2 },
]

/** The middle one, or the mean of the two in the middle; null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}

export interface Line {
  figure: FigureName
  medians: Partial<Record<SubjectName, number>>
  /** Ours to the bare relay's, the median of the rounds' own ratios. */
  ratio: number | null
  target: { most: number; of: Target['of']; met: boolean } | null
}

/** The lines of one scenario, in the order of the figures asked for; judged by the targets given. */
export function linesOf(
  rounds: readonly Round[],
  figures: readonly FigureName[],
  judges: readonly Target[],
): Line[] {
  return figures.flatMap((figure) => {
    const medians: Line['medians'] = {}
    for (const subject of subjectNames) {
      const value = median(rounds.flatMap((round) => round[subject]?.[figure] ?? []))
      if (value !== null) medians[subject] = value
    }
    if (Object.keys(medians).length === 0) return []
    const ratio = median(
      rounds.flatMap(({ ours, relay }) => {
        const mine = ours?.[figure]
        const unit = relay?.[figure]
        return mine === undefined || !unit ? [] : mine / unit
      }),
    )
    return { figure, medians, ratio, target: judged({ figure, medians, ratio }, judges) }
  })
}

function judged(line: Omit<Line, 'target'>, judges: readonly Target[]): Line['target'] {
  const target = judges.find(({ figure }) => figure === line.figure)
  if (!target) return null
  const value = target.of === 'ratio' ? line.ratio : line.medians.ours
  if (value === null || value === undefined) return null
  return { most: target.most, of: target.of, met: value <= target.most }
}
