/**
 * The connection of one attempt: opens it, watches it, and knows what cut it. Used by the attempt, which reads
 * what comes over it.
 */
import type { Clock } from '../../core/ports/clock.ts'
import type { AnswerSink } from './answer-reader.ts'
import { modelError } from './failure.ts'
import { FetchConnection } from './fetch-connection.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

export interface WireOptions {
  url: string
  headers: Record<string, string>
  body: string
  connectTimeoutMs: number
  /** Between one sign of life and the next, once the first token came. */
  idleTimeoutMs: number
  clock: Clock
  sink: AnswerSink
  /** Cuts the connection. */
  signal: AbortSignal
}

/** The connection went after the answer was whole. */
export class LateCut extends Error {}

export class Wire {
  readonly sink: AnswerSink
  readonly #options: WireOptions
  readonly #cut = new AbortController()
  readonly #onStop: () => void
  #connection: FetchConnection | null = null
  #silence: Watchdog | null = null

  constructor(options: WireOptions) {
    const { signal, sink, clock, idleTimeoutMs } = options
    this.#options = options
    this.#onStop = () => this.#break(signal.reason)
    signal.addEventListener('abort', this.#onStop, { once: true })
    if (signal.aborted) this.#onStop()
    // The check before each call of the sink: it may be the sink's own call that aborts.
    this.sink = {
      text: (text) => {
        signal.throwIfAborted()
        sink.text(text)
      },
      token: () => {
        signal.throwIfAborted()
        this.#silence ??= createWatchdog(clock, idleTimeoutMs, () => {
          this.#break(modelError('UPSTREAM_TIMEOUT'))
        })
        sink.token()
      },
    }
  }

  /** True once the attempt was ended from outside. */
  get stopped(): boolean {
    return this.#options.signal.aborted
  }

  now(): number {
    return this.#options.clock.now()
  }

  alive(): void {
    this.#silence?.seen()
  }

  /** Cuts the connection after a while; the returned function calls it off. */
  after(delayMs: number): () => void {
    return this.#options.clock.after(delayMs, () => this.#break(modelError('UPSTREAM_TIMEOUT')))
  }

  async open(): Promise<Response> {
    const { url, headers, body, connectTimeoutMs } = this.#options
    const connected = this.after(connectTimeoutMs)
    try {
      const { signal } = this.#cut
      const request = { method: 'POST', headers, body, signal, redirect: 'manual' } as const
      this.#connection = new FetchConnection(connected)
      return await this.#connection.during(() => fetch(url, request))
    } catch (cause) {
      if (this.#cut.signal.aborted) throw this.#cut.signal.reason
      throw modelError(isTimeout(cause) ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE', { cause })
    } finally {
      connected()
    }
  }

  /** Waits for a read; a read that fails is a truncated answer, unless it was we who cut, or it was over. */
  async during<T>(read: Promise<T>, over: () => boolean = () => false): Promise<T> {
    try {
      return await read
    } catch (cause) {
      if (this.stopped) throw this.#options.signal.reason
      if (over()) throw new LateCut('the connection went after the answer', { cause })
      if (this.#cut.signal.aborted) throw this.#cut.signal.reason
      throw modelError('UPSTREAM_TRUNCATED', { cause })
    }
  }

  /** Closes the connection, unless its response was read to the end: then it is kept for the next call. */
  close(): void {
    this.#silence?.stop()
    this.#options.signal.removeEventListener('abort', this.#onStop)
    this.#break()
  }

  #break(reason?: unknown): void {
    this.#connection?.destroy()
    this.#cut.abort(reason)
  }
}

/** Of `fetch`: it hides what happened one or two causes down. */
function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && /TIMEOUT|ETIMEDOUT/.test(String(cause.code))) return true
  }
  return false
}
