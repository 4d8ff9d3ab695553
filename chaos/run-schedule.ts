/**
 * Runs one schedule on a stage: users do and things break at their times; then everything is put right, and
 * what is left has to come to its end. What was seen goes to the oracle.
 */
import { randomUUID } from 'node:crypto'
import { readSession } from './close-look.ts'
import { type Asked, perform } from './deeds.ts'
import { breakIt, type Fault } from './faults.ts'
import { Follower } from './follower.ts'
import type { Observations, ObservedSession } from './observations.ts'
import { describeStep, type Schedule, type Script, type Step } from './schedule.ts'
import { plansOf } from './scripts.ts'
import { passed, type Stage } from './stage.ts'
import { takeoversOf } from './takeovers.ts'
import { takeoversElsewhere } from './takeovers-elsewhere.ts'
import { openTroupe, type Scene, type Troupe } from './troupe.ts'
import { unfinished } from './unfinished.ts'

export interface Run {
  observations: Observations
  /** How often each fault really happened; those of the model by kind. */
  counts: Map<string, number>
  /** How long answers stood still because their server was cut. */
  takeoverMs: readonly number[]
  /** Appends under a lease that were seen at the store. */
  appends: number
}

/** What readers get to come to the end of a log, where all of that was used up. */
const catchUpMs = 15_000

export async function runSchedule(stage: Stage, schedule: Schedule): Promise<Run> {
  await stage.prepare(schedule.policy)
  const closedBefore = await stage.simulator.closedKept()
  await using troupe = await openTroupe(stage, schedule)
  const { question, scripts } = scriptsOf(schedule)
  await stage.simulator.questions(
    Object.fromEntries([...scripts].map(([asked, script]) => [asked, plansOf(asked, script)])),
  )
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const happened = new Set<Step['do']>()
  const breaking = {
    stage,
    players: troupe.players,
    happened(what: Step['do']) {
      happened.add(what)
      count(what)
    },
  }
  const doing = {
    scenes: troupe.scenes,
    queries: queriesOf(schedule, troupe.scenes),
    question,
    isBack: () => stage.isBack(),
  }
  const broken: string[] = []
  const deeds: Promise<void>[] = []
  /** Whose callers wait. */
  const waiting = new Set<Step>()
  const faults: Promise<void>[] = []
  const startMs = performance.now()
  for (const step of schedule.steps) {
    await passed(startMs + step.atMs - performance.now())
    const failed = (cause: unknown) => void broken.push(`${step.do}: ${messageOf(cause)}`)
    if (isFault(step)) faults.push(breakIt(step, breaking).catch(failed))
    else {
      waiting.add(step)
      deeds.push(
        perform(step, doing)
          .catch(failed)
          .finally(() => waiting.delete(step)),
      )
    }
  }

  await Promise.all(faults)
  await stage.heal()
  for (const { proxy, bareProxy } of troupe.players) for (const it of [proxy, bareProxy]) it.heal()
  const deadlineMs = performance.now() + stage.settleMs
  broken.push(...(await settle(troupe, { doing, deeds, waiting, deadlineMs })))
  const sessions = await Promise.all(
    troupe.scenes.map((scene) => closeLook(scene, { stage, deadlineMs, broken })),
  )
  stage.look()
  const { appends, doubled } = await stage.writers()
  const requests = await stage.simulator.requests()
  const observations = {
    sessions,
    requests: requests.map(({ number, body: { messages } }) => {
      const last = messages.at(-1)
      const asked = messages.findLast(({ role }) => role === 'user')?.content ?? ''
      return { number, question: asked, prefix: last?.role === 'assistant' ? last.content : null }
    }),
    scripts,
    happened,
    shared: schedule.servers !== undefined,
    starvedMs: stage.starvedMs,
    closedKept: (await stage.simulator.closedKept()) - closedBefore,
    doubled,
    broken: [...broken, ...stage.broken],
  }
  for (const fault of modelFaults(observations)) count(fault)
  const takeoverMs = troupe.scenes.flatMap(({ near }) =>
    schedule.servers === undefined
      ? takeoversOf(stage.outages, near)
      : takeoversElsewhere(stage.outages, near),
  )
  return { observations, counts, takeoverMs, appends }
}

/** Each question is asked nowhere else, so that what it becomes can be told by its text. */
function scriptsOf({ steps }: Schedule) {
  const run = randomUUID().slice(0, 8)
  const question = (query: string, version: number) => `${query}-v${version}-${run}`
  const scripts = new Map<string, Script>()
  for (const step of steps) {
    if (step.do === 'ask') scripts.set(question(step.query, 0), step.script)
    if (step.do === 'edit') scripts.set(question(step.query, step.version), step.script)
  }
  return { question, scripts }
}

function queriesOf({ steps }: Schedule, scenes: readonly Scene[]): Map<string, Asked> {
  const queries = new Map<string, Asked>()
  for (const step of steps) {
    const scene = step.do === 'ask' ? scenes[step.session] : undefined
    if (step.do === 'ask' && scene) queries.set(step.query, { scene, id: randomUUID() })
  }
  return queries
}

const faultNames: ReadonlySet<Step['do']> = new Set<Fault['do']>([
  'cut',
  'cut-after',
  'half-open',
  'slow',
  'lose-reply',
  'kill',
  'terminate',
  'freeze',
  'full-disk',
  'jump',
  'roll',
  'redis-kill',
  'redis-freeze',
  'link-cut',
  'link-down',
  'link-stall',
  'link-mute',
  'link-lose',
])

function isFault(step: Step): step is Fault {
  return faultNames.has(step.do)
}

/** Waits until all callers have their answers and all turns their ends; tells what did not come. */
async function settle(
  { scenes }: Troupe,
  {
    doing,
    deeds,
    waiting,
    deadlineMs,
  }: {
    doing: Parameters<typeof perform>[1]
    deeds: readonly Promise<void>[]
    waiting: ReadonlySet<Step>
    deadlineMs: number
  },
): Promise<string[]> {
  const answered = Promise.all(deeds).then(() => true)
  const late = passed(deadlineMs - performance.now()).then(() => false)
  if (!(await Promise.race([answered, late]))) {
    return [...waiting].map((step) => `stuck: not answered: ${describeStep(step)}`)
  }
  const released = [...doing.queries].map(async ([query, { scene, id }]) => {
    await caughtUp(scene, deadlineMs)
    // Nobody comes back to what is held.
    if (!unfinished(scene.eyes.events).held.has(id)) return
    await perform({ atMs: 0, do: 'release', query }, doing)
  })
  await Promise.all(released)
  const stuck = await Promise.all(
    scenes.map(async (scene) => {
      while (performance.now() < deadlineMs) {
        await caughtUp(scene, deadlineMs)
        await scene.eyes.until((events) => unfinished(events).turns.size === 0, deadlineMs)
        const before = scene.eyes.events.length
        const { state } = await caughtUp(scene, deadlineMs)
        const isQuiet = state === 'idle' || state === 'closed'
        if (isQuiet && scene.eyes.events.length === before) return []
      }
      return [`stuck: ${scene.name}, ${[...unfinished(scene.eyes.events).turns].join(', ')}`]
    }),
  )
  return stuck.flat()
}

/** Waits until the near reader has all that the session has now. */
async function caughtUp({ player, session, eyes }: Scene, deadlineMs: number) {
  const now = await readSession(player.calls, session.sessionId, deadlineMs)
  await eyes.reached(now.lastSeq, deadlineMs)
  return now
}

/** Reads the session once more, whole, and lets the readers come to its end. */
async function closeLook(
  scene: Scene,
  { stage, deadlineMs, broken }: { stage: Stage; deadlineMs: number; broken: string[] },
): Promise<ObservedSession> {
  const { name, player, readers, receipts, refusals, session } = scene
  const { sessionId } = session
  const { state, lastSeq } = await readSession(player.calls, sessionId, deadlineMs)
  const { token } = player
  const isBack = () => stage.isBack()
  using again = new Follower({ reader: 'log', port: stage.port, token, sessionId, isBack })
  const latestMs = Math.max(deadlineMs, performance.now() + catchUpMs)
  for (const given of [again.given, ...readers]) {
    if (!(await given.reached(lastSeq, latestMs))) {
      const last = given.events.at(-1)?.seq ?? 0
      broken.push(`stuck: reader ${given.reader} of ${name} stands at ${last} of ${lastSeq}`)
    }
  }
  const given = readers.map(({ reader, events }) => ({ reader, events: [...events] }))
  const log = [...again.given.events]
  return { name, given, log, state, lastSeq, receipts, refusals }
}

/** The faults of the calls that were really made. */
function modelFaults({ requests, scripts }: Observations): string[] {
  const asked = new Map<string, number>()
  return requests.flatMap(({ question }) => {
    const nth = asked.get(question) ?? 0
    asked.set(question, nth + 1)
    const script = scripts.get(question)
    const call = script?.calls[Math.min(nth, script.calls.length - 1)]
    const kinds = [call?.fault?.kind, call?.slices && `slices: ${call.slices}`]
    return kinds.flatMap((kind) => (kind ? [`model ${kind}`] : []))
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.message}\n${cause.stack}` : String(cause)
}
