/** The requests that the simulator got, and the plans for those that come. Used by its server. */
import type { IncomingHttpHeaders } from 'node:http'
import type { ChatRequest } from './chat.ts'
import { type Plan, type PlanInput, plan as planSchema } from './plan.ts'
import { SimulatedRequest } from './simulated-request.ts'

export class Requests {
  readonly #keep: number
  readonly #byNumber = new Map<number, SimulatedRequest>()
  #count = 0
  #next: Plan[] = []
  #always: Plan = {}
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

  /** Forgets plans and requests, and counts from 1 again. */
  reset(): void {
    this.#next = []
    this.#always = {}
    this.#byNumber.clear()
    this.#count = 0
  }

  add(body: ChatRequest, headers: IncomingHttpHeaders): { request: SimulatedRequest; plan: Plan } {
    const plan = this.#next.shift() ?? this.#always
    this.#count += 1
    const number = this.#count
    const request = new SimulatedRequest(number, { body, headers }, plan.hold ?? null)
    this.#byNumber.set(number, request)
    this.#byNumber.delete(number - this.#keep)
    const due = this.#waits.filter((wait) => wait.number === number)
    this.#waits = this.#waits.filter((wait) => wait.number !== number)
    for (const { resolve } of due) resolve(request)
    return { request, plan }
  }

  /** Resolves with the `number`-th request, from 1, when it is there; rejects where it is forgotten, or at the end. */
  wait(number: number): Promise<SimulatedRequest> {
    const there = this.#byNumber.get(number)
    if (there) return Promise.resolve(there)
    if (number <= this.#count) return Promise.reject(new Error(`request ${number} is not kept`))
    return new Promise((resolve, reject) => this.#waits.push({ number, resolve, reject }))
  }

  close(): void {
    const waits = this.#waits
    this.#waits = []
    for (const { number, reject } of waits) {
      reject(new Error(`the simulator closed before request ${number} came`))
    }
  }
}
