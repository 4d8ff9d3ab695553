/**
 * The wait before each attempt to connect. It counts attempts itself, because tRPC's client begins
 * anew after every open: a server that accepts and closes would be stormed. Used by the connection.
 */
import type { Clock } from '../core/ports/clock.ts'
import { retryDelayMs } from './retry-delay.ts'
import { pause } from './system-clock.ts'

/** A connection that lived this long was a good one: the count begins anew. */
const stableMs = 10_000

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
  #passed = 0
  #failures = 0
  #openedAtMs: number | null = null
  #leastMs = 0
  #skip: (() => void) | null = null
  #hurried = false

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Resolves when an attempt may be made. Rejects when `signal` is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    const { clock, random, onChange } = this.#options
    const now = clock.now()
    this.#failures = this.afterLoss().failures
    this.#openedAtMs = null
    // A first attempt ever does not wait; a first one after a good connection waits a little.
    const delayMs =
      this.#passed++ === 0 ? 0 : Math.max(this.#leastMs, retryDelayMs(this.#failures, random))
    this.#leastMs = 0
    const hurried = this.#hurried
    this.#hurried = false
    if (delayMs > 0 && !hurried) {
      const waiting = this.#wait(delayMs, signal)
      // Told when the wait can be skipped: who hears of it may do so at once.
      onChange({ failures: this.#failures, retryAt: now + delayMs })
      await waiting
    }
    onChange({ failures: this.#failures })
  }

  /** A socket opened: how long it lives decides whether the count begins anew. */
  opened(): void {
    this.#openedAtMs ??= this.#options.clock.now()
  }

  /** How the gate would stand if the socket were lost now. */
  afterLoss(): GateState {
    const { clock } = this.#options
    const stable = this.#openedAtMs !== null && clock.now() - this.#openedAtMs >= stableMs
    return { failures: stable || this.#passed === 0 ? 0 : this.#failures + 1 }
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
