/**
 * The load on a subject, a process of its own: all readers of all sessions. The scenarios call its verbs
 * in turn; what they do before `mark` is set-up and is not measured.
 */
import { nowUs } from '../clock.ts'
import { serve } from '../rpc.ts'
import type { SubjectName } from '../subjects.ts'
import { Crowd, type CrowdPlan, type GroupName } from './crowd.ts'
import type { Dialect } from './dialects/dialect.ts'
import { createEmitterDialect } from './dialects/emitter.ts'
import { createOursDialect } from './dialects/ours.ts'
import { createRelayDialect } from './dialects/relay.ts'

export interface LoadPlan extends CrowdPlan {
  subject: SubjectName
  /** Of its servers. */
  ports: readonly number[]
}

export interface Measured {
  /** Delivered: each token counts once for each reader that got it. */
  tokens: number
  tokensPerFrame: number
  delayP50Ms: number
  delayP99Ms: number
  /** The same of the readers that are at another server than the one that was asked; null where there are none. */
  farDelays: { p50Ms: number; p99Ms: number } | null
  /** Between `mark` and the last token. */
  lastTokenMs: number
}

export interface Verdict {
  /** False where readers still waited when the time was up. */
  finished: boolean
  lost: number
  doubled: number
  faults: number
  firstFault: string | null
}

export interface CaughtUp {
  /** Until the last of them was live again; null where one was not when the time was up. */
  allMs: number | null
  medianMs: number
}

/** A reader whose newest token is no older than this is live. */
const liveUs = 250_000

let crowd: Crowd | null = null
let markedUs = 0

function opened(): Crowd {
  if (!crowd) throw new Error('the load is not open')
  return crowd
}

function dialectOf(subject: SubjectName, ports: readonly number[]): Dialect | Promise<Dialect> {
  const [port = 0] = ports
  switch (subject) {
    case 'relay':
      return createRelayDialect(port)
    case 'emitter':
      return createEmitterDialect(port)
    default:
      return createOursDialect(ports)
  }
}

const verbs = {
  /** Opens all sessions and readers. */
  async open({ subject, ports, ...plan }: LoadPlan): Promise<void> {
    crowd = new Crowd(plan, await dialectOf(subject, ports))
    await crowd.open()
  },

  ask: ({ rampMs }: { rampMs: number }) => opened().ask(rampMs),

  /** Measures from here on. */
  mark(): void {
    opened().delays.clear()
    opened().farDelays.clear()
    opened().texts = 0
    markedUs = nowUs()
  },

  /** What was measured since. */
  measured(): Measured {
    const { delays, farDelays, texts, lastTokenUs } = opened()
    return {
      tokens: delays.count,
      tokensPerFrame: delays.count / texts,
      delayP50Ms: delays.percentile(50) / 1000,
      delayP99Ms: delays.percentile(99) / 1000,
      farDelays:
        farDelays.count === 0
          ? null
          : { p50Ms: farDelays.percentile(50) / 1000, p99Ms: farDelays.percentile(99) / 1000 },
      lastTokenMs: (lastTokenUs - markedUs) / 1000,
    }
  },

  /** Waits until all readers of the group have all answers, or the time is up. */
  async finish({ group, timeoutMs }: { group: GroupName; timeoutMs: number }): Promise<Verdict> {
    const faults = opened().faults(group)
    const finished = await opened().finished(group, timeoutMs)
    const tallies = opened()
      .readers(group)
      .map((reader) => reader.tally.faults)
    return {
      finished,
      lost: tallies.reduce((sum, { lost }) => sum + lost, 0),
      doubled: tallies.reduce((sum, { doubled }) => sum + doubled, 0),
      faults: faults.count,
      firstFault: faults.first,
    }
  },

  /** Lets the paused readers read. */
  resume(): void {
    for (const reader of opened().readers('paused')) reader.resume()
  },

  /** Cuts all readers at once, brings all back at once, and waits until they are live. */
  async drop({ timeoutMs }: { timeoutMs: number }): Promise<CaughtUp> {
    const readers = opened().readers('reading')
    const cutUs = nowUs()
    for (const reader of readers) reader.cut()
    const back = readers.map(async (reader) => {
      const live = reader.caughtUp(cutUs, liveUs)
      await reader.connect()
      return ((await live) - cutUs) / 1000
    })
    const times: number[] = []
    const all = Promise.all(
      back.map((one) =>
        one.then(
          (ms) => times.push(ms),
          (cause: unknown) => opened().fault('reading', String(cause)),
        ),
      ),
    )
    const timer = Promise.withResolvers<void>()
    const late = setTimeout(timer.resolve, timeoutMs)
    await Promise.race([all, timer.promise])
    clearTimeout(late)
    times.sort((a, b) => a - b)
    return {
      allMs: times.length === readers.length ? (times.at(-1) ?? 0) : null,
      medianMs: times[times.length >> 1] ?? Number.NaN,
    }
  },

  close: () => crowd?.close(),
}

export type LoadVerbs = typeof verbs

serve(verbs)
