/** The benchmark's table: the same for the terminal and for `bench/results.md`. Pure. */
import type { Line } from './figures.ts'
import type { FigureName } from './scenarios/scenario.ts'
import { type SubjectName, subjectNames, subjectTitles } from './subjects.ts'

interface Wording {
  title: string
  unit: string
  /** From the figure to what is shown. */
  scale: number
  digits: number
  /** Whether ours to the bare relay's says anything. */
  compared?: boolean
}

const mega = 1024 * 1024
const cores = { unit: 'cores', scale: 1, digits: 2 }

/** In the order of the table. What is not here is not shown. */
const wordings: Partial<Record<FigureName, Wording>> = {
  cpuPerMillion: {
    title: 'CPU per million tokens',
    unit: 's',
    scale: 1,
    digits: 1,
    compared: true,
  },
  redisCpuPerMillion: { title: 'of that, Redis', unit: 's', scale: 1, digits: 1 },
  tokensPerSecond: { title: 'tokens delivered', unit: '/s', scale: 1, digits: 0, compared: true },
  tokensPerFrame: { title: 'tokens a frame', unit: '', scale: 1, digits: 1 },
  delayP50Ms: { title: 'added delay p50', unit: 'ms', scale: 1, digits: 1, compared: true },
  delayP99Ms: { title: 'added delay p99', unit: 'ms', scale: 1, digits: 1, compared: true },
  farDelayP50Ms: { title: 'p50 at another server', unit: 'ms', scale: 1, digits: 1 },
  farDelayP99Ms: { title: 'p99 at another server', unit: 'ms', scale: 1, digits: 1 },
  redisBytesEmpty: { title: 'Redis, an empty session', unit: 'KB', scale: 1 / 1024, digits: 1 },
  redisBytesStreaming: {
    title: 'Redis, a session that streams',
    unit: 'KB',
    scale: 1 / 1024,
    digits: 1,
  },
  bytesPerConnection: {
    title: 'memory a connection',
    unit: 'KB',
    scale: 1 / 1024,
    digits: 1,
    compared: true,
  },
  growthBytes: { title: 'memory for paused readers', unit: 'MB', scale: 1 / mega, digits: 1 },
  p99Ratio: { title: 'p99 of the others, times that without', unit: '', scale: 1, digits: 2 },
  caughtUpMs: { title: 'all caught up', unit: 'ms', scale: 1, digits: 0, compared: true },
  caughtUpMedianMs: { title: 'caught up, median', unit: 'ms', scale: 1, digits: 0, compared: true },
  lost: { title: 'tokens lost', unit: '', scale: 1, digits: 0 },
  doubled: { title: 'tokens doubled', unit: '', scale: 1, digits: 0 },
  idleP99Ms: { title: 'p99 of a call, without the abuser', unit: 'ms', scale: 1, digits: 1 },
  abusedP99Ms: { title: 'p99 of a call, beside the abuser', unit: 'ms', scale: 1, digits: 1 },
  abusedRatio: { title: 'the second over the first', unit: '', scale: 1, digits: 2 },
  abusePerSecond: { title: 'frames and requests tried', unit: '/s', scale: 1, digits: 0 },
  busySubject: { title: 'busy: the subject', ...cores },
  busyRedis: { title: 'busy: Redis', ...cores },
  busyLoad: { title: 'busy: the load', ...cores },
  busyModel: { title: 'busy: the model server', ...cores },
  busyOthers: { title: 'busy: anything else', ...cores },
}

export const shownFigures = Object.keys(wordings) as FigureName[]

export interface Section {
  name: string
  title: string
  lines: readonly Line[]
  /** Runs that did not count, and why. */
  failures: readonly string[]
}

export interface Report {
  /** What it ran on, a sentence each. */
  machine: readonly string[]
  sections: readonly Section[]
}

/** As Markdown, the columns padded so that it reads well as it is. */
export function reportOf({ machine, sections }: Report): string {
  return [...machine, ...sections.map(sectionOf)].join('\n\n').concat('\n')
}

function sectionOf({ name, title, lines, failures }: Section): string {
  const subjects = subjectNames.filter((subject) =>
    lines.some(({ medians }) => medians[subject] !== undefined),
  )
  const columns: Columns = {
    subjects,
    isCompared: subjects.includes('relay'),
    isJudged: lines.some(({ target }) => target !== null),
  }
  const head = [
    '',
    ...subjects.map((subject) => subjectTitles[subject]),
    ...(columns.isCompared ? ['ours / relay'] : []),
    ...(columns.isJudged ? ['target', ''] : []),
  ]
  const rows = lines.flatMap((line) => rowOf(line, columns))
  const failed = failures.map((failure) => `- failed: ${failure}`)
  return [`## ${name}: ${title}`, table([head, ...rows]), failed.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
}

interface Columns {
  subjects: readonly SubjectName[]
  /** With the relay. */
  isCompared: boolean
  /** By a target. */
  isJudged: boolean
}

function rowOf(line: Line, { subjects, isCompared, isJudged }: Columns): string[][] {
  const wording = wordings[line.figure]
  if (!wording) return []
  const show = (value: number | undefined) =>
    value === undefined ? '' : (value * wording.scale).toFixed(wording.digits)
  const { target, ratio, medians } = line
  const most = target && (target.of === 'ratio' ? `${target.most} times` : show(target.most))
  return [
    [
      wording.unit ? `${wording.title}, ${wording.unit}` : wording.title,
      ...subjects.map((subject) => show(medians[subject])),
      ...(isCompared ? [wording.compared && ratio !== null ? ratio.toFixed(2) : ''] : []),
      ...(isJudged
        ? [most ? `at most ${most}` : '', target ? (target.met ? 'met' : 'NOT MET') : '']
        : []),
    ],
  ]
}

function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const padded = rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    }),
  )
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return padded
    .toSpliced(1, 0, rule)
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
