/**
 * What a schedule runs on: real processes that can be broken and put right. One server with the embedded store
 * (`lone-stage.ts`), or some that share a Redis behind a proxy (`shared-stage.ts`). Used by the runner.
 */
import type { SimulatorProcess } from '../integration/harness/simulator-process.ts'
import type { Fault } from './faults.ts'
import type { Policy } from './schedule.ts'

/** What breaks of the machines; a user's network is the troupe's. */
export type MachineFault = Exclude<Fault, { user: number }>

/** From when a server was cut to when the next one answered: by the clock that never jumps. */
export interface Outage {
  how: 'kill' | 'stop'
  cutAtMs: number
  spawnedAtMs: number
  backAtMs: number
}

/** A server itself, by a network that nothing happens to. */
export interface Door {
  /** Of who reads there: `near`. */
  reader: string
  port: number
  /** Resolves when that server answers: at once where it does. */
  isBack(): Promise<void>
}

/** Who wrote, seen at the store itself. */
export interface Writers {
  /** Appends under a lease that were done. */
  appends: number
  /** Where two had a session at once. */
  doubled: readonly string[]
}

export interface Stage extends AsyncDisposable {
  readonly simulator: SimulatorProcess
  /** Where users come in. */
  readonly port: number
  readonly url: string
  readonly doors: readonly Door[]
  /** From when all is put right, until what is left must have come to its end. */
  readonly settleMs: number
  readonly policy: Policy | null
  /** Since `prepare`, as the next three. */
  readonly outages: readonly Outage[]
  /** What went otherwise than it should. */
  readonly broken: readonly string[]
  /** What a machine that is too busy kept a process waiting. */
  readonly starvedMs: number
  readonly peakBytes: number
  /** Resolves when a user finds somebody who answers: at once where that is so. */
  isBack(): Promise<void>
  /** Servers of this policy at the right time of day. */
  prepare(policy: Policy): Promise<void>
  /** Resolves when it is over. `happened` is called when it does: not where it cannot happen here. */
  suffer(fault: MachineFault, happened: () => void): Promise<void>
  /** Resolves when nothing is broken any more that was broken on purpose. */
  heal(): Promise<void>
  /** Takes down what memory came to, and what the servers that run now complained of. */
  look(): void
  /** Since `prepare`; where the store is a process of its own. */
  writers(): Promise<Writers>
}

/** Time that a schedule says has to pass. */
export function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}

/** Complaints about something that nobody caught: a fault, whatever followers saw. What is tried again is none. */
export function complaintIn(stderr: string): string | null {
  return /^.*(?:nothing caught|failed unexpectedly).*$/m.exec(stderr)?.[0] ?? null
}

/** Shared by the stages. Short enough for a schedule, and long enough for a machine that has much to do. */
export const stageEnv = {
  UPSTREAM_FIRST_TOKEN_TIMEOUT: '1.5',
  UPSTREAM_IDLE_TIMEOUT: '1',
  // Fewer than there may be sessions: some have to wait for a place.
  MAX_ACTIVE_TURNS: '3',
  LOG_LEVEL: 'warn',
}

/** For Node: the time of day of the file that `CHAOS_CLOCK` names. */
export const clockArgs = ['--import', new URL('clock-jumps.ts', import.meta.url).href]
