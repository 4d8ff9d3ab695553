/**
 * All sessions of a load with their readers, and what all of them were given together. Used by the load's
 * verbs.
 */
import { nowUs } from '../clock.ts'
import { Histogram } from '../histogram.ts'
import type { Dialect } from './dialects/dialect.ts'
import { forEachLimited } from './limited.ts'
import { Reader } from './reader.ts'

export interface CrowdPlan {
  sessions: number
  /** Of each session. */
  readers: number
  /** Of each session, beside those: they stop reading before the first question. */
  pausedReaders: number
  /** Of each answer. */
  tokens: number
  tokenChars: number
  /** How often each session asks, one question after the answer to the one before. */
  answers: number
}

/** Readers that are waited for together. */
interface Group {
  readers: Reader[]
  /** Those that have not all answers yet. */
  waiting: number
  done: PromiseWithResolvers<void>
  faults: { count: number; first: string | null }
}

export type GroupName = 'reading' | 'paused'

/** Connections that are being opened at once. */
const openingAtOnce = 64

export class Crowd {
  readonly delays = new Histogram()
  /** Of the readers at another server than their session's asker. */
  readonly farDelays = new Histogram()
  lastTokenUs = 0
  texts = 0
  readonly #plan: CrowdPlan
  readonly #dialect: Dialect
  /** The readers that ask, one of each session. */
  readonly #askers: Reader[] = []
  readonly #groups: Record<GroupName, Group> = { reading: newGroup(), paused: newGroup() }

  constructor(plan: CrowdPlan, dialect: Dialect) {
    this.#plan = plan
    this.#dialect = dialect
  }

  readers(group: GroupName): readonly Reader[] {
    return this.#groups[group].readers
  }

  async open(): Promise<void> {
    await forEachLimited(this.#plan.sessions, openingAtOnce, () => this.#openSession())
    for (const reader of this.readers('paused')) reader.pause()
  }

  /** Asks in every session, spread over `rampMs`; resolves when all have asked. */
  async ask(rampMs: number): Promise<void> {
    const startUs = nowUs()
    const apartUs = (rampMs * 1000) / this.#askers.length
    for (const [index, reader] of this.#askers.entries()) {
      const waitMs = (startUs + index * apartUs - nowUs()) / 1000
      if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs))
      reader.ask()
    }
  }

  /** Resolves with true when all of the group have all answers, with false when the time is up. */
  async finished(name: GroupName, timeoutMs: number): Promise<boolean> {
    const group = this.#groups[name]
    if (group.readers.length === 0) return true
    const timer = setTimeout(group.done.resolve, timeoutMs)
    await group.done.promise
    clearTimeout(timer)
    return group.waiting === 0
  }

  faults(name: GroupName): Group['faults'] {
    return this.#groups[name].faults
  }

  fault(name: GroupName, reason: string): void {
    const { faults } = this.#groups[name]
    faults.count++
    faults.first ??= reason
  }

  close(): void {
    for (const { readers } of Object.values(this.#groups))
      for (const reader of readers) reader.cut()
    this.#dialect.close()
  }

  async #openSession(): Promise<void> {
    const session = await this.#dialect.openSession()
    let attached = 0
    const add = async (name: GroupName) => {
      // Each goes to another server, the asker first, where there are several.
      const isFar = attached++ % (this.#dialect.servers ?? 1) > 0
      const reader: Reader = new Reader({
        session,
        plan: this.#plan,
        onToken: name === 'reading' ? (isFar ? this.#seenFar : this.#seen) : () => undefined,
        onText: () => {
          if (name === 'reading') this.texts++
        },
        onAnswer: () => this.#answered(reader, this.#groups[name]),
        onFault: (reason) => this.fault(name, reason),
      })
      await reader.connect()
      this.#groups[name].readers.push(reader)
      this.#groups[name].waiting++
      return reader
    }
    for (let count = 0; count < this.#plan.readers; count++) {
      const reader = await add('reading')
      if (count === 0) this.#asks(reader)
    }
    for (let count = 0; count < this.#plan.pausedReaders; count++) await add('paused')
  }

  #asks(reader: Reader): void {
    reader.asks = true
    this.#askers.push(reader)
  }

  readonly #seen = (ageUs: number, atUs: number) => {
    this.delays.record(ageUs)
    this.lastTokenUs = atUs
  }

  readonly #seenFar = (ageUs: number, atUs: number) => {
    this.#seen(ageUs, atUs)
    this.farDelays.record(ageUs)
  }

  #answered(reader: Reader, group: Group): void {
    const left = this.#plan.answers - reader.tally.answers
    if (left > 0 && reader.asks) reader.ask()
    if (left > 0) return
    group.waiting--
    if (group.waiting === 0) group.done.resolve()
  }
}

function newGroup(): Group {
  return {
    readers: [],
    waiting: 0,
    done: Promise.withResolvers(),
    faults: { count: 0, first: null },
  }
}
