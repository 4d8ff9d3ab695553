/**
 * One attempt at an answer: one HTTP request, its connection closed or whole at the end of it.
 * Used by the adapter, which makes another attempt where that is worth it.
 */
import type { ModelError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { ModelEnd } from '../../core/ports/model.ts'
import { AnswerReader, type AnswerSink } from './answer-reader.ts'
import { readText } from './body.ts'
import { readErrorBody } from './chunk.ts'
import { whenConnected } from './connected.ts'
import { modelError, sortError } from './failure.ts'
import { parseRetryAfter } from './retry.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

export interface AttemptInput {
  url: string
  headers: Record<string, string>
  body: string
  model: string
  connectTimeoutMs: number
  /** Between one sign of life and the next, once the first token came. */
  idleTimeoutMs: number
  clock: Clock
  sink: AnswerSink
  /** Ends the attempt: it rejects with the signal's reason, having destroyed the connection. */
  signal: AbortSignal
}

const maxAnswerChars = 1_000_000
const maxWholeBytes = 8_000_000
const maxErrorBytes = 64_000
/** For an error's body, which only makes the sorting finer. */
const errorBodyTimeoutMs = 2_000
/** For what may follow an answer that is whole: its usage, and the end of the stream, which frees the connection. */
const afterFinishMs = 2_000

/** Rejects with `ModelError`, with the signal's reason, or with what the sink threw. */
export async function attemptAnswer(input: AttemptInput): Promise<ModelEnd> {
  const wire = new Wire(input)
  try {
    const response = await wire.open()
    if (!response.ok) throw await refusal(response, wire)
    const reader = new AnswerReader({ model: input.model, maxAnswerChars, sink: wire.sink })
    const type = response.headers.get('content-type') ?? ''
    if (/^application\/json\b/i.test(type)) {
      const body = await wire.during(readText(response, maxWholeBytes))
      if (body === null) throw modelError('UPSTREAM_REJECTED')
      reader.feedWhole(body)
    } else if (/^text\/html\b/i.test(type)) {
      throw modelError('UPSTREAM_REJECTED')
    } else {
      await readStream(response, reader, wire)
    }
    return reader.end()
  } finally {
    wire.close()
  }
}

async function readStream(response: Response, reader: AnswerReader, wire: Wire): Promise<void> {
  const stream = response.body?.getReader()
  if (!stream) return
  let hurry: (() => void) | null = null
  try {
    while (true) {
      // Past the end of the answer the stream is only read to its end, so that the connection can be used again.
      const { done, value } = await wire.during(stream.read(), () => reader.finished)
      if (done || !value) return
      wire.alive()
      if (!reader.done) reader.feed(value)
      if (reader.cut) return
      if (reader.finished) hurry ??= wire.after(afterFinishMs)
    }
  } catch (cause) {
    // Whatever cuts the stream after the end of the answer takes nothing from it.
    if (!(cause instanceof LateCut)) throw cause
  } finally {
    hurry?.()
  }
}

/** The connection went after the answer was whole. */
class LateCut extends Error {}

async function refusal(response: Response, wire: Wire): Promise<ModelError> {
  const { status, headers } = response
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), wire.now())
  const cancel = wire.after(errorBodyTimeoutMs)
  const body = await wire.during(readText(response, maxErrorBytes)).catch((cause: unknown) => {
    if (wire.stopped) throw cause
    return null
  })
  cancel()
  const code = sortError(readErrorBody(body ?? ''), status)
  return modelError(code, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: new Error(`HTTP ${status}`),
  })
}

/** The attempt's connection: what may cut it, and what such a cut is called. */
class Wire {
  readonly sink: AnswerSink
  readonly #input: AttemptInput
  readonly #cut = new AbortController()
  readonly #onStop: () => void
  #silence: Watchdog | null = null

  constructor(input: AttemptInput) {
    const { signal, sink, clock, idleTimeoutMs } = input
    this.#input = input
    this.#onStop = () => this.#cut.abort(signal.reason)
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
          this.#cut.abort(modelError('UPSTREAM_TIMEOUT'))
        })
        sink.token()
      },
    }
  }

  /** True once the attempt was ended from outside. */
  get stopped(): boolean {
    return this.#input.signal.aborted
  }

  now(): number {
    return this.#input.clock.now()
  }

  alive(): void {
    this.#silence?.seen()
  }

  /** Cuts the connection after a while; the returned function calls it off. */
  after(delayMs: number): () => void {
    return this.#input.clock.after(delayMs, () => this.#cut.abort(modelError('UPSTREAM_TIMEOUT')))
  }

  async open(): Promise<Response> {
    const { url, headers, body, connectTimeoutMs } = this.#input
    const connected = this.after(connectTimeoutMs)
    try {
      const { signal } = this.#cut
      const request = { method: 'POST', headers, body, signal, redirect: 'manual' } as const
      return await whenConnected(connected, () => fetch(url, request))
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
      if (this.stopped) throw this.#input.signal.reason
      if (over()) throw new LateCut('the connection went after the answer', { cause })
      if (this.#cut.signal.aborted) throw this.#cut.signal.reason
      throw modelError('UPSTREAM_TRUNCATED', { cause })
    }
  }

  /** Closes the connection, unless its response was read to the end: then it is kept for the next call. */
  close(): void {
    this.#silence?.stop()
    this.#input.signal.removeEventListener('abort', this.#onStop)
    this.#cut.abort()
  }
}

/** Of `fetch`: it hides what happened one or two causes down. */
function isTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && /TIMEOUT|ETIMEDOUT/.test(String(cause.code))) return true
  }
  return false
}
