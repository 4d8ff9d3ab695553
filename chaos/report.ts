/** The tables of a run: for the terminal, and for `chaos/results.md`, whose first one the README shows. Pure. */
import type { FindingKind } from './oracle/finding.ts'
import { percentile, type Tally } from './tally.ts'

export interface RunFacts {
  /** That share a Redis; null: one with the embedded store. */
  servers: number | null
  seed: number
  parallel: number
  /** A day, as in `2026-01-31`. */
  day: string
  machine: string
  /** Of the machine, over the last five minutes: processes that run or wait to. */
  load: number
  minutes: number
}

/** What issue and contract promise none of, and the findings that would be one. */
const promises = (servers: number | null): readonly [string, readonly FindingKind[]][] => [
  ['events lost', ['lost', 'hole', 'not kept']],
  ['events doubled', ['doubled']],
  ['events out of order', ['out of order']],
  ['events changed', ['changed']],
  ['turns stuck', ['stuck']],
  ...writing(servers),
  ['turns run before their turn', ['wrong turn']],
  ['answers with a wrong text', ['wrong text', 'unexplained']],
  ['events after a stop or an end', ['after the end']],
  ['anything else broken', ['broken']],
]

/** Who is alone has nobody to write beside it. */
function writing(servers: number | null): [string, FindingKind[]][] {
  const twice: FindingKind[] = ['turn twice', 'two at once', 'calls']
  const name = 'turns run twice, or two at once'
  if (servers === null) return [[name, [...twice, 'two writers']]]
  return [
    [name, twice],
    ['two writers in one session', ['two writers']],
  ]
}

const command = (servers: number | null) =>
  servers === null ? '`npm run chaos`' : `\`npm run chaos -- --servers ${servers} --redis\``

/** The table that the README shows. */
export function shortTable(tally: Tally, servers: number | null): string {
  const { schedules, turns, takeoverMs, peakBytes, faults } = tally
  const cut = servers === null ? 'kill or a stop' : 'kill'
  const faultsSum = [...faults.values()].reduce((sum, times) => sum + times, 0)
  return table([
    [command(servers), ''],
    ['schedules', String(schedules)],
    ['turns', String(turns)],
    ['faults that happened', String(faultsSum)],
    ...promises(servers).map(([name, kinds]) => {
      const found = kinds.reduce((sum, kind) => sum + (tally.findings.get(kind) ?? 0), 0)
      return [name, String(found)]
    }),
    [`takeover after a ${cut}, p50`, inSeconds(percentile(takeoverMs, 50))],
    [`takeover after a ${cut}, p95`, inSeconds(percentile(takeoverMs, 95))],
    [
      servers === null ? 'peak memory of the server' : 'peak memory of a server',
      `${Math.round(peakBytes / 1024 / 1024)} MB`,
    ],
  ])
}

export function reportOf(tally: Tally, facts: RunFacts): string {
  const { servers, seed, parallel, day, machine, load, minutes } = facts
  const { modelCalls, eventsGiven, receipts, failed, takeoverMs, faults } = tally
  const counted = [...faults].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    servers === null ? '# Chaos' : '# Chaos, with servers that share a Redis',
    `${machine}, ${day}. Seeds from ${seed}, ${parallel} at once, ${minutes.toFixed(1)} minutes, load ${load.toFixed(0)}. Written by ${command(servers)}.`,
    shortTable(tally, servers),
    '## What was looked at',
    table([
      ['', ''],
      ['events given to readers', String(eventsGiven)],
      ['receipts', String(receipts)],
      ['calls of the model', String(modelCalls)],
      ['takeovers measured', String(takeoverMs.length)],
      ...(servers === null
        ? []
        : [['appends under a lease, seen at Redis', String(tally.appends)]]),
      ['schedules that failed', String(failed)],
    ]),
    '## Faults that happened',
    table([['fault', 'times'], ...counted.map(([name, times]) => [name, String(times)])]),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n')
}

function inSeconds(ms: number | null): string {
  return ms === null ? 'none' : `${(ms / 1000).toFixed(2)} s`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map(
    ([name = '', value = '']) =>
      `| ${name.padEnd(widths[0] ?? 0)} | ${value.padStart(widths[1] ?? 0)} |`,
  )
  const rule = `| ${'-'.repeat(widths[0] ?? 0)} | ${'-'.repeat((widths[1] ?? 0) - 1)}: |`
  return lines.toSpliced(1, 0, rule).join('\n')
}
