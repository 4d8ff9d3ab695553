/**
 * The loop: scenarios by a seed that goes up, checked by fast-check, which makes a failing one small. Between
 * rounds the target has to answer what is valid, and to hold no more than it held. Used by `main.ts` and the
 * short lane of the tests.
 */
import fc from 'fast-check'
import { type Met, play } from './play.ts'
import { type Scenario, scenario } from './steps.ts'
import { openTarget, type Target } from './target.ts'

/** Scenarios of a round, which has one seed. */
const runsInRound = 20
/** For a failing scenario to become small. */
const shrinkMs = 60_000
/** Rounds after which the target has all that it keeps: compiled code, caches, open sessions. */
const warmUpRounds = 6
/** A leak shows in rounds without number; what the limits allow to be kept does not. */
const mostGrowthBytes = 32 * 1024 * 1024

export interface FuzzInput {
  /** Of the first round. */
  seed: number
  /** No round begins after that. */
  minutes: number
  say(line: string): void
}

export interface FuzzResult {
  scenarios: number
  steps: number
  rounds: number
  /** How often each kind of answer came. */
  answers: Map<string, number>
  /** Bytes after each round, collected. */
  memory: number[]
  /** For people: what failed, its seed, and how to see it again. Null where nothing did. */
  failure: string | null
}

export async function fuzz({ seed, minutes, say }: FuzzInput): Promise<FuzzResult> {
  const endsAt = performance.now() + minutes * 60_000
  const answers = new Map<string, number>()
  const result: FuzzResult = {
    scenarios: 0,
    steps: 0,
    rounds: 0,
    answers,
    memory: [],
    failure: null,
  }
  await using stage = createStage((kind) => answers.set(kind, (answers.get(kind) ?? 0) + 1))
  for (let round = seed; performance.now() < endsAt && !result.failure; round++) {
    result.failure = await playRound(stage, round, result)
    result.rounds++
    if (result.failure) break
    const target = await stage.get()
    await target.probe()
    await target.lookAtMetrics()
    result.memory.push(await target.memory())
    const grown = growth(result.memory)
    const megabytes = ((result.memory.at(-1) ?? 0) / 1e6).toFixed(1)
    say(`seed ${round}: ${result.scenarios} scenarios, ${result.steps} steps, ${megabytes} MB`)
    if (grown > mostGrowthBytes) result.failure = `it holds ${grown} bytes more than it did`
  }
  return result
}

/** How much more is held now than at the least since the warm-up. */
function growth(memory: readonly number[]): number {
  const warm = memory.slice(warmUpRounds)
  return warm.length === 0 ? 0 : (warm.at(-1) ?? 0) - Math.min(...warm)
}

/** Null where all went well. */
export async function playRound(
  stage: Stage,
  seed: number,
  tally: { scenarios: number; steps: number } = { scenarios: 0, steps: 0 },
): Promise<string | null> {
  const property = fc.asyncProperty(scenario, async (one) => {
    tally.scenarios++
    tally.steps += one.steps.length
    await stage.play(one)
  })
  const details = await fc.check(property, {
    seed,
    numRuns: runsInRound,
    interruptAfterTimeLimit: shrinkMs,
  })
  if (!details.failed) return null
  const { errorInstance, counterexample } = details
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return `${why}\n${JSON.stringify(counterexample?.[0]?.steps, null, 1)}\n\nAgain: npm run fuzz -- --minutes 0.1 --seed ${seed}`
}

export interface Stage extends AsyncDisposable {
  get(): Promise<Target>
  play(one: Scenario): Promise<void>
}

/** A target, and a new one after a scenario that broke it. */
export function createStage(met?: Met): Stage {
  let target: Target | null = null
  const get = async () => {
    target ??= await openTarget()
    return target
  }
  const close = async () => {
    const last = target
    target = null
    await last?.[Symbol.asyncDispose]()
  }
  return {
    get,
    async play(one) {
      const on = await get()
      const died = on.server.child.ended.then(({ code, signal, stderr }) => {
        throw new Error(`the server ended with ${code ?? signal}: ${stderr.slice(-2_000)}`)
      })
      try {
        await Promise.race([play(on, one, met).then(() => on.probe()), died])
      } catch (cause) {
        died.catch(() => {})
        await close()
        throw cause
      }
      died.catch(() => {})
    },
    [Symbol.asyncDispose]: close,
  }
}
