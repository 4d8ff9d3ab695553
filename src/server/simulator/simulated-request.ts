/** One request that the simulator got, as tests see and direct it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { ChatRequest } from './chat.ts'

/**
 * `waiting`: nothing of the answer went out. `holding`: it stands until `release`. `ended`: the simulator sent
 * all that its plan says. `aborted`: the client went first. `reset`: the plan broke the connection.
 */
type RequestState = 'waiting' | 'streaming' | 'holding' | 'ended' | 'aborted' | 'reset'

export class SimulatedRequest {
  /** From 1, in the order of arrival. */
  readonly number: number
  readonly body: ChatRequest
  readonly headers: IncomingHttpHeaders
  /** Milliseconds since 1970, as all times here. */
  readonly receivedAtMs = Date.now()
  /** Resolves when the answer is over, whichever way. */
  readonly finished: Promise<void>
  #state: RequestState = 'waiting'
  #tokensSent = 0
  #endedAtMs: number | null = null
  #lastTokenAtMs: number | null = null
  #nextTokenAtMs: number | null = null
  #holdAt: number | null
  #wake: (() => void) | null = null
  #waits: { done: () => boolean; resolve: () => void }[] = []

  constructor(
    number: number,
    request: { body: ChatRequest; headers: IncomingHttpHeaders },
    hold: number | null,
  ) {
    this.number = number
    this.body = request.body
    this.headers = request.headers
    this.#holdAt = hold
    this.finished = this.#until(() => this.over)
  }

  get state(): RequestState {
    return this.#state
  }

  get tokensSent(): number {
    return this.#tokensSent
  }

  get endedAtMs(): number | null {
    return this.#endedAtMs
  }

  /** When a token was sent last. */
  get lastTokenAtMs(): number | null {
    return this.#lastTokenAtMs
  }

  /** When the next token is due, or was when it was over; null where none is, or no time says when. */
  get nextTokenAtMs(): number | null {
    return this.#nextTokenAtMs
  }

  get over(): boolean {
    return this.#state === 'ended' || this.#state === 'aborted' || this.#state === 'reset'
  }

  /** Resolves when so many tokens were sent, or the answer is over. */
  reached(tokens: number): Promise<void> {
    return this.#until(() => this.#tokensSent >= tokens || this.over)
  }

  /** Resolves when the answer stands at its hold, or is over. */
  held(): Promise<void> {
    return this.#until(() => this.#state === 'holding' || this.over)
  }

  /** Lets a held answer go on, to its end or for so many tokens. Before the hold, there will be none. */
  release(tokens?: number): void {
    this.#holdAt = tokens === undefined ? null : this.#tokensSent + tokens
    if (this.#state === 'holding') this.#enter('streaming')
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }

  /** For the simulator: true where the answer has to stand; `wake` is called when it may go on. */
  mustHold(wake: () => void): boolean {
    if (this.#holdAt === null || this.#tokensSent < this.#holdAt) return false
    this.#wake = wake
    this.#nextTokenAtMs = null
    this.#enter('holding')
    return true
  }

  /** For the simulator: tokens that may be sent before the next hold. */
  get room(): number {
    return this.#holdAt === null ? Number.POSITIVE_INFINITY : this.#holdAt - this.#tokensSent
  }

  /** For the simulator. */
  sent(tokens: number): void {
    this.#tokensSent += tokens
    this.#lastTokenAtMs = Date.now()
    if (this.#waits.length > 1) this.#check()
  }

  /** For the simulator: when the next token is due, by the clock that never jumps. */
  due(monotonicMs: number | null): void {
    this.#nextTokenAtMs = monotonicMs && Date.now() + monotonicMs - performance.now()
  }

  /** For the simulator: the first state that ends a request stays. */
  enter(state: Exclude<RequestState, 'waiting' | 'holding'>): void {
    if (!this.over) this.#enter(state)
  }

  toJSON(): object {
    const { number, state, tokensSent, body, headers } = this
    const { receivedAtMs, lastTokenAtMs, nextTokenAtMs, endedAtMs } = this
    const times = { receivedAtMs, lastTokenAtMs, nextTokenAtMs, endedAtMs }
    return { number, state, tokensSent, ...times, body, headers }
  }

  #enter(state: RequestState): void {
    this.#state = state
    if (this.over) this.#endedAtMs = Date.now()
    this.#check()
  }

  #until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve()
    return new Promise((resolve) => this.#waits.push({ done, resolve }))
  }

  #check(): void {
    const waits = this.#waits
    this.#waits = waits.filter(({ done }) => !done())
    for (const { done, resolve } of waits) if (done()) resolve()
  }
}
