/** Adds up what the schedules of a run came to. Pure; used by the runner and its report. */
import type { Finding, FindingKind } from './oracle/finding.ts'
import type { Run } from './run-schedule.ts'

export interface Tally {
  schedules: number
  failed: number
  turns: number
  modelCalls: number
  eventsGiven: number
  receipts: number
  findings: Map<FindingKind, number>
  faults: Map<string, number>
  /** Under a lease, seen at the store. */
  appends: number
  takeoverMs: number[]
  peakBytes: number
}

export function newTally(): Tally {
  return {
    schedules: 0,
    failed: 0,
    turns: 0,
    modelCalls: 0,
    eventsGiven: 0,
    receipts: 0,
    findings: new Map(),
    faults: new Map(),
    appends: 0,
    takeoverMs: [],
    peakBytes: 0,
  }
}

export function addRun(tally: Tally, run: Run, findings: readonly Finding[]): void {
  const { sessions, requests } = run.observations
  tally.schedules++
  if (findings.length > 0) tally.failed++
  tally.modelCalls += requests.length
  for (const { log, given, receipts } of sessions) {
    tally.turns += log.filter(({ type }) => type === 'response' || type === 'error').length
    tally.eventsGiven += given.reduce((sum, { events }) => sum + events.length, 0)
    tally.receipts += receipts.length
  }
  for (const { kind } of findings) add(tally.findings, kind, 1)
  for (const [fault, times] of run.counts) add(tally.faults, fault, times)
  tally.appends += run.appends
  tally.takeoverMs.push(...run.takeoverMs)
}

function add<K>(counts: Map<K, number>, key: K, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more)
}

/** The value that so many percent of all do not exceed; null of none. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null
}
