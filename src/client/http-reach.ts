/**
 * The agent server over HTTP: its address, the token that is good for it now, and whether it answers. Used by
 * the connection, which asks it whether a WebSocket that fails is blocked, and while calls go over HTTP.
 */
import type { Clock } from '../core/ports/clock.ts'
import { type AgentClientError, toClientError } from './errors.ts'
import { fieldsOf } from './fields.ts'
import { Emitter } from './observable.ts'
import { retryDelayMs } from './retry-delay.ts'
import { httpUrl } from './socket-url.ts'
import { pause } from './system-clock.ts'
import { askForToken, type TokenSource, tokenExpiry } from './token.ts'

export interface HttpAddress {
  /** Of `/trpc`, without a slash at the end. */
  url: string
  token: string
}

export type ReachState =
  | { state: 'up' }
  | { state: 'down'; attempt: number; retryAt?: number; error?: AgentClientError }

export interface HttpReachOptions {
  url: string | (() => string | Promise<string>)
  token: TokenSource
  clock: Clock
  random: () => number
  fetch: () => typeof fetch
  signal: AbortSignal
  /** The state changed. */
  onChange(): void
}

/** What the server may take to say that it is there. */
const answerMs = 5_000
const up: ReachState = { state: 'up' }

export class HttpReach {
  readonly #options: HttpReachOptions
  readonly changed = new Emitter<ReachState>()
  #state: ReachState = up
  #address: Promise<HttpAddress> | null = null
  #error: AgentClientError | null = null
  #checking: { skip(): void } | null = null

  constructor(options: HttpReachOptions) {
    this.#options = options
  }

  get state(): ReachState {
    return this.#state
  }

  get clock(): Clock {
    return this.#options.clock
  }

  get random(): () => number {
    return this.#options.random
  }

  get fetch(): typeof fetch {
    // Called as a function of nobody: a browser's `fetch` insists.
    const given = this.#options.fetch()
    return (...input) => given(...input)
  }

  /** Where to call, and as whom. The token is asked for once, and anew when it is over or was refused. */
  async address(): Promise<HttpAddress> {
    const known = this.#address
    if (known) {
      const address = await known.catch(() => null)
      const expiresAt = address && tokenExpiry(address.token)
      if (address && (expiresAt === null || expiresAt > this.clock.now())) return address
      if (this.#address === known) this.#address = null
    }
    this.#address ??= this.#ask()
    return this.#address
  }

  /** From now on this token. */
  async take(token: string): Promise<void> {
    const { url } = await this.address()
    this.#address = Promise.resolve({ url, token })
  }

  /** The server did not take this token. Any, where none is named. */
  async refuse(token?: string): Promise<void> {
    const known = this.#address
    const address = await known?.catch(() => null)
    if (known !== this.#address) return
    if (token === undefined || address?.token === token) this.#address = null
  }

  /** Whether the agent server itself answers, and not a portal or a proxy in its place. */
  async answers(): Promise<boolean> {
    const { clock, signal } = this.#options
    const late = new AbortController()
    const cancel = clock.after(answerMs, () => late.abort())
    try {
      const { url, token } = await this.address()
      const response = await this.fetch(`${url}/info`, {
        headers: bearer(token),
        signal: AbortSignal.any([signal, late.signal]),
        cache: 'no-store',
      })
      const said = response.ok ? fieldsOf(await response.json()) : null
      this.#error = null
      return fieldsOf(said?.result) !== null
    } catch (cause) {
      const error = toClientError(cause)
      this.#error = error.reason === 'INTERNAL' ? null : error
      return false
    } finally {
      cancel()
    }
  }

  /** It is used from now on, and answered just now. */
  begin(): void {
    this.#set(up)
  }

  /** Something failed that may mean that the server is away. Looks, and goes on looking until it answers. */
  readonly suspect = (): void => {
    if (!this.#checking) void this.#check()
  }

  /** Ends the wait for the next look; where there is none, looks. */
  readonly lookNow = (): void => {
    if (this.#checking) this.#checking.skip()
    else this.suspect()
  }

  async #check(): Promise<void> {
    const { clock, random, signal } = this.#options
    let skipped = new AbortController()
    this.#checking = { skip: () => skipped.abort() }
    try {
      for (let attempt = 1; !(await this.answers()); attempt++) {
        if (signal.aborted) return
        const delayMs = retryDelayMs(attempt, random)
        skipped = new AbortController()
        const waiting = pause(clock, delayMs, AbortSignal.any([signal, skipped.signal]))
        this.#set(this.#down(attempt, clock.now() + delayMs))
        await waiting.catch(() => {})
        if (signal.aborted) return
        this.#set(this.#down(attempt))
      }
      this.#set(up)
    } finally {
      this.#checking = null
    }
  }

  #down(attempt: number, retryAt?: number): ReachState {
    return {
      state: 'down',
      attempt,
      ...(retryAt !== undefined && { retryAt }),
      ...(this.#error && { error: this.#error }),
    }
  }

  #set(state: ReachState): void {
    if (state === this.#state) return
    this.#state = state
    this.#options.onChange()
    this.changed.emit(state)
  }

  async #ask(): Promise<HttpAddress> {
    const { url, token, clock } = this.#options
    // In this order: a page is told its address with its token.
    const fresh = await askForToken(token, clock)
    return { url: httpUrl(typeof url === 'string' ? url : await url()), token: fresh }
  }
}

/** A token travels in the header, never in the URL. */
export function bearer(token: string): Record<string, string> {
  return token === '' ? {} : { authorization: `Bearer ${token}` }
}
