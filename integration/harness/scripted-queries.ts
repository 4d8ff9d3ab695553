/**
 * Gives each request that reaches the simulator a plan of its own, and tells which request a query became:
 * plans are taken in the order of arrival, which nobody can know before. Used where many sessions ask at once.
 */
import type { PlanInput } from '../../src/server/simulator/plan.ts'
import type { SimulatorProcess } from './simulator-process.ts'

export interface Arrival {
  /** Of the request, for the simulator's control. */
  number: number
  /** What the request is answered with: the plan that was next, whoever gave it. */
  tokens: string[]
}

type ScriptedPlan = PlanInput & { tokens: string[] }

export class ScriptedQueries {
  readonly #simulator: SimulatorProcess
  readonly #plans: ScriptedPlan[] = []
  readonly #waiting = new Map<string, PromiseWithResolvers<Arrival>>()
  /** One after the other: the simulator has to have the plans in the order of this list. */
  #told: Promise<void> = Promise.resolve()

  /** Of a simulator that got no request yet. */
  constructor(simulator: SimulatorProcess) {
    this.#simulator = simulator
  }

  /**
   * Call it before the query is sent: there is a plan for each request then. Resolves when the request
   * of the query, which nobody else asks, has reached the simulator.
   */
  async expect(query: string, plan: ScriptedPlan): Promise<{ arrival: Promise<Arrival> }> {
    const waiting = Promise.withResolvers<Arrival>()
    this.#waiting.set(query, waiting)
    this.#plans.push(plan)
    const number = this.#plans.length
    this.#told = this.#told.then(() => this.#simulator.next(plan))
    await this.#told
    this.#see(number).catch(waiting.reject)
    // Nobody may be waiting yet when it fails.
    waiting.promise.catch(() => {})
    return { arrival: waiting.promise }
  }

  async #see(number: number): Promise<void> {
    const { body } = await this.#simulator.request(number)
    const query = body.messages.at(-1)?.content ?? ''
    const tokens = this.#plans[number - 1]?.tokens
    const waiting = this.#waiting.get(query)
    if (!waiting || !tokens) throw new Error(`request ${number} is not of a query of this test`)
    waiting.resolve({ number, tokens })
  }
}
