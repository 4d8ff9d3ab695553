/**
 * The wait before each attempt to connect. It counts attempts itself, because tRPC's client begins
 * anew after every open: a server that accepts and closes would be stormed. Used by the connection.
 */
import type { Clock } from '../core/ports/clock.ts'
import { retryDelayMs } from './retry-delay.ts'
import { pause } from './system-clock.ts'

/** A connection that lived this long was a good one: the count begins anew. */
const stableMs = 10_000
/** The same, of one whose server asked to leave it: servers are replaced sooner after each other than that. */
const toldMs = 1_000

/** Where the gate is: `failures` in a row, and when the next attempt comes, while one waits for it. */
export interface GateState {
  failures: number
  retryAt?: number
}

interface GateOptions {
  clock: Clock
  random: () => number
  onChange(state: GateState): void
}

export class ReconnectGate {
  readonly #options: GateOptions
  #state: GateState = { failures: 0 }
  #passed = 0
  #failures = 0
  #openedAtMs: number | null = null
  #isTold = false
  #leastMs = 0
  #skip: (() => void) | null = null
  #hurried = false

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Resolves when an attempt may be made. Rejects when `signal` is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    const now = clock.now()
    this.#failures = this.#countAfterLoss()
    this.#openedAtMs = null
    this.#isTold = false
    // A first attempt ever does not wait; a first one after a good connection waits a little.
    const delayMs =
      this.#passed++ === 0 ? 0 : Math.max(this.#leastMs, retryDelayMs(this.#failures, random))
    this.#leastMs = 0
    const hurried = this.#hurried
    this.#hurried = false
    if (delayMs > 0 && !hurried) {
      const waiting = this.#wait(delayMs, signal)
      // Told when the wait can be skipped: who hears of it may do so at once.
      this.#show({ failures: this.#failures, retryAt: now + delayMs })
      await waiting
    }
    this.#show({ failures: this.#failures })
  }

  /** A socket opened: how long it lives decides whether the count begins anew. */
  opened(): void {
    this.#openedAtMs ??= this.#options.clock.now()
  }

  /** The server that one is connected to asks to connect anew: it stops, which is no failure. */
  told(): void {
    this.#isTold = true
  }

  /** How the gate stands when a socket was lost that had opened: a next attempt may be under way already. */
  afterLoss(): GateState {
    return this.#openedAtMs === null ? this.#state : { failures: this.#countAfterLoss() }
  }

  /** The next attempt waits at least this long: the server asked for it. */
  holdBack(delayMs: number): void {
    this.#leastMs = Math.max(this.#leastMs, delayMs)
  }

  /** Ends a wait now. False where none is under way. */
  skip(): boolean {
    if (!this.#skip) return false
    this.#skip()
    return true
  }

  /** The next attempt does not wait. */
  hurry(): void {
    this.#hurried = true
  }

  #countAfterLoss(): number {
    const goodMs = this.#isTold ? toldMs : stableMs
    const isGood =
      this.#openedAtMs !== null && this.#options.clock.now() - this.#openedAtMs >= goodMs
    return isGood || this.#passed === 0 ? 0 : this.#failures + 1
  }

  #show(state: GateState): void {
    this.#state = state
    this.#options.onChange(state)
  }

  async #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    const skipped = new AbortController()
    this.#skip = () => skipped.abort()
    try {
      await pause(this.#options.clock, delayMs, AbortSignal.any([signal, skipped.signal]))
    } catch {
      signal.throwIfAborted()
    } finally {
      this.#skip = null
    }
  }
}
