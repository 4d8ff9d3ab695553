/**
 * The model that answers in tests: the built-in simulator, in the process of the test, which directs it. It speaks
 * the wire of the real one, so the agent server does not know the difference. Used by `server.ts`.
 */
import { openSimulator, type PlanInput } from '../server/simulator/simulator.ts'
import { type Failure, faultOf, type Plan } from './plan.ts'

/** A request that the model got. */
export interface ModelRequest {
  /** From 1, since the test began. */
  number: number
  /**
   * `waiting`: nothing was answered. `holding`: it stands until `release`. `ended`: all was sent. `aborted`: the
   * server went first. `reset`: a plan broke the connection.
   */
  state: 'waiting' | 'streaming' | 'holding' | 'ended' | 'aborted' | 'reset'
  body: { model: string; messages: { role: string; content: string }[] }
}

export interface Model {
  /** One plan for each of the next requests. */
  next(...plans: Plan[]): Promise<void>
  /** What is answered to exactly this question, whenever it is asked; of several, one after the other. */
  answers(byQuestion: Readonly<Record<string, string | Plan | readonly Plan[]>>): Promise<void>
  /** The next answer stands after so many tokens, until `release`. `'headers'`: before the reply begins. */
  hold(afterTokens?: number | 'headers', plan?: Omit<Plan, 'hold'>): Promise<void>
  /** Lets each held answer go on: to its end, or for so many tokens. */
  release(tokens?: number): Promise<void>
  /** The next so many requests fail; `Infinity`: all that no other plan is for. The server tries some failures again. */
  fail(failure: Failure, times?: number): Promise<void>
  /** The requests since the test began, oldest first. */
  requests(): Promise<ModelRequest[]>
  /** Resolves when the answer to the `number`-th request (the first one) stands at its hold, or is over. */
  held(number?: number): Promise<ModelRequest>
  /** Resolves when the answer to the `number`-th request (the first one) is over, whichever way. */
  finished(number?: number): Promise<ModelRequest>
}

export interface ModelServer extends Model {
  /** As `OPENROUTER_BASE_URL`. */
  readonly url: string
  /** Lets go of what runs, and forgets plans and requests. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** Answers at once, where no plan says otherwise. */
export async function startModel(): Promise<ModelServer> {
  const simulator = await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const seen = (request: (typeof simulator.requests)[number]): ModelRequest => {
    const { number, state, body } = request
    const messages = body.messages.map(({ role, content }) => ({ role, content }))
    return { number, state, body: { model: body.model, messages } }
  }
  const release = (tokens?: number) => {
    for (const request of simulator.requests) {
      if (request.state === 'holding') request.release(tokens)
    }
  }
  return {
    url: simulator.url,
    async next(...plans) {
      simulator.next(...plans.map(toInput))
    },
    async answers(byQuestion) {
      const plans = Object.entries(byQuestion).map(([question, said]) => {
        const list = typeof said === 'string' ? [{ text: said }] : [said].flat()
        return [question, list.map(toInput)] as const
      })
      simulator.questions(Object.fromEntries(plans))
    },
    async hold(afterTokens = 0, plan = {}) {
      simulator.next(toInput({ ...plan, hold: afterTokens }))
    },
    async release(tokens) {
      release(tokens)
    },
    async fail(failure, times = 1) {
      const plan = toInput({ fault: faultOf(failure) })
      if (times === Number.POSITIVE_INFINITY) simulator.always(plan)
      else simulator.next(...Array.from({ length: times }, () => plan))
    },
    async requests() {
      return simulator.requests.map(seen)
    },
    async held(number = 1) {
      const request = await simulator.waitForRequest(number)
      await request.held()
      return seen(request)
    },
    async finished(number = 1) {
      const request = await simulator.waitForRequest(number)
      await request.finished
      return seen(request)
    },
    async reset() {
      release()
      simulator.reset()
    },
    close: () => simulator.close(),
  }
}

/** The simulator's own type has lists that may be written to. */
const toInput = ({ tokens, ...plan }: Plan): PlanInput => ({
  ...plan,
  ...(tokens && { tokens: [...tokens] }),
})
