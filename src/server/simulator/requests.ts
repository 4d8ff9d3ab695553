/** The requests that the simulator got, and the plans for those that come. Used by its server. */
import type { IncomingHttpHeaders } from 'node:http'
import type { ChatRequest } from './chat.ts'
import { type Plan, type PlanInput, plan as planSchema } from './plan.ts'
import { SimulatedRequest } from './simulated-request.ts'

const maxKeptChars = 16_000_000

export class Requests {
  readonly #keep: number
  readonly #byNumber = new Map<number, SimulatedRequest>()
  #chars = 0
  #count = 0
  #next: Plan[] = []
  #always: Plan = {}
  readonly #questions = new Map<string, Plan[]>()
  #waits: {
    number: number
    resolve: (request: SimulatedRequest) => void
    reject: (cause: Error) => void
  }[] = []

  constructor(keep: number) {
    this.#keep = keep
  }

  /** The last ones, oldest first. */
  get list(): SimulatedRequest[] {
    return [...this.#byNumber.values()]
  }

  find(number: number): SimulatedRequest | undefined {
    return this.#byNumber.get(number)
  }

  /** Throws where a plan is not valid. */
  next(plans: readonly PlanInput[]): void {
    const parsed = plans.map((plan) => planSchema.parse(plan))
    this.#next.push(...parsed)
  }

  always(plan: PlanInput | null): void {
    this.#always = planSchema.parse(plan ?? {})
  }

  /**
   * Plans for the requests whose last message of the user is exactly this: one each, and the last one for all that
   * follow. They go before all other plans, so that sessions side by side cannot take each other's.
   */
  questions(plans: Readonly<Record<string, readonly PlanInput[]>>): void {
    for (const [question, some] of Object.entries(plans)) {
      this.#questions.set(
        question,
        some.map((plan) => planSchema.parse(plan)),
      )
    }
  }

  /** Forgets plans and requests, and counts from 1 again. */
  reset(): void {
    this.#next = []
    this.#always = {}
    this.#questions.clear()
    this.#byNumber.clear()
    this.#chars = 0
    this.#count = 0
  }

  add(body: ChatRequest, headers: IncomingHttpHeaders): { request: SimulatedRequest; plan: Plan } {
    const plan = this.#planned(body) ?? this.#next.shift() ?? this.#always
    this.#count += 1
    const number = this.#count
    const request = new SimulatedRequest(
      number,
      { body, headers },
      plan.hold === 'headers' ? 0 : (plan.hold ?? null),
    )
    this.#remember(request)
    const due = this.#waits.filter((wait) => wait.number === number)
    this.#waits = this.#waits.filter((wait) => wait.number !== number)
    for (const { resolve } of due) resolve(request)
    return { request, plan }
  }

  #planned({ messages }: ChatRequest): Plan | undefined {
    const question = messages.findLast(({ role }) => role === 'user')?.content ?? ''
    const plans = this.#questions.get(question)
    return plans && plans.length > 1 ? plans.shift() : plans?.[0]
  }

  /** Resolves with the `number`-th request, from 1, when it is there; rejects where it is forgotten, or at the end. */
  wait(number: number): Promise<SimulatedRequest> {
    const there = this.#byNumber.get(number)
    if (there) return Promise.resolve(there)
    if (number <= this.#count) return Promise.reject(new Error(`request ${number} is not kept`))
    return new Promise((resolve, reject) => this.#waits.push({ number, resolve, reject }))
  }

  /** The simulator may run for months: neither the number of requests that are kept grows, nor their text. */
  #remember(request: SimulatedRequest): void {
    this.#byNumber.set(request.number, request)
    this.#chars += charsOf(request)
    for (const [number, oldest] of this.#byNumber) {
      const fits = this.#byNumber.size <= this.#keep && this.#chars <= maxKeptChars
      if (fits || oldest === request) return
      this.#byNumber.delete(number)
      this.#chars -= charsOf(oldest)
    }
  }

  close(): void {
    const waits = this.#waits
    this.#waits = []
    for (const { number, reject } of waits) {
      reject(new Error(`the simulator closed before request ${number} came`))
    }
  }
}

function charsOf({ body }: SimulatedRequest): number {
  return body.messages.reduce((sum, { content }) => sum + content.length, 0)
}
