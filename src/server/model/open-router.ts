/**
 * The model over HTTP: OpenRouter, or any server that speaks chat completions. One call is one answer,
 * in as many attempts as it takes before the first token, and never another after it.
 *
 * Time-outs of a call. Connecting: `connectTimeoutMs` for each attempt. First token: `firstTokenTimeoutMs` over all attempts and the waits between them, whatever else
 * the server sends; a model's reasoning counts as a token. From then on: `idleTimeoutMs` without a byte (comments
 * prove life), and `firstTokenTimeoutMs` without a token. So every call ends.
 */
import { ModelError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { Logger } from '../../core/ports/log.ts'
import type {
  Model,
  ModelEnd,
  ModelRequest,
  ModelSink,
  ModelSource,
} from '../../core/ports/model.ts'
import { attemptAnswer } from './attempt.ts'
import { modelError } from './failure.ts'
import { requestBody, requestHeaders, requestUrl } from './request.ts'
import { maxRetryAfterMs, retryDelayMs } from './retry.ts'
import { createWatchdog } from './watchdog.ts'

export interface OpenRouterOptions {
  /** Ends before `/chat/completions`, as in `https://openrouter.ai/api/v1`. */
  baseUrl: string
  apiKey?: string
  /** Attribution, sent with every call. */
  appName: string
  appUrl?: string
  connectTimeoutMs: number
  firstTokenTimeoutMs: number
  idleTimeoutMs: number
  /** Attempts after the first one. */
  maxRetries?: number
  clock: Clock
  log: Logger
  /** Spreads the retries: 0 to 1. */
  random?: () => number
}

/** Throws where `baseUrl` is no URL. */
export function createOpenRouter(options: OpenRouterOptions): Model {
  const url = new URL(requestUrl(options.baseUrl)).href
  const headers = requestHeaders(options.apiKey, options)
  const { clock, firstTokenTimeoutMs } = options

  async function answer(
    request: ModelRequest,
    sink: ModelSink,
    signal: AbortSignal,
  ): Promise<ModelEnd> {
    signal.throwIfAborted()
    const call = new AbortController()
    const stop = () => call.abort(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    const progress = createWatchdog(clock, firstTokenTimeoutMs, () => {
      call.abort(modelError('UPSTREAM_TIMEOUT'))
    })
    let started = false
    const attempt = {
      ...options,
      url,
      headers: request.traceparent ? { ...headers, traceparent: request.traceparent } : headers,
      body: requestBody(request),
      model: request.model,
      signal: call.signal,
      sink: {
        text: (text: string) => sink.text(text),
        from: (source: ModelSource) => sink.from?.(source),
        reasoning: (text: string) => sink.reasoning?.(text),
        token: () => {
          started = true
          progress.seen()
        },
      },
    }
    const deadlineMs = clock.now() + firstTokenTimeoutMs
    try {
      for (let failed = 1; ; failed++) {
        try {
          return await attemptAnswer(attempt)
        } catch (cause) {
          signal.throwIfAborted()
          if (!(cause instanceof ModelError)) throw cause
          const delayMs = started ? null : nextDelay(cause, failed, deadlineMs)
          report(cause, failed, delayMs)
          if (delayMs === null || call.signal.aborted) throw cause
          sink.retrying({ attempt: failed, delayMs, code: cause.code })
          await sleep(clock, delayMs, call.signal)
        }
      }
    } finally {
      progress.stop()
      signal.removeEventListener('abort', stop)
    }
  }

  /** Null where the call is not tried again. */
  function nextDelay(error: ModelError, failed: number, deadlineMs: number): number | null {
    const { retryAfterMs, retryable } = error
    if (!retryable || failed > (options.maxRetries ?? 2)) return null
    if ((retryAfterMs ?? 0) > maxRetryAfterMs) return null
    const delayMs = retryDelayMs(failed, retryAfterMs, options.random ?? Math.random)
    return clock.now() + delayMs < deadlineMs ? delayMs : null
  }

  function report(error: ModelError, attempt: number, delayMs: number | null): void {
    const { code, retryAfterMs, cause } = error
    const reason = cause instanceof Error ? rootOf(cause) : undefined
    const fields = { code, attempt, reason, retryAfterMs, delayMs: delayMs ?? undefined }
    options.log.warn(fields, delayMs === null ? 'model call failed' : 'model call is tried again')
  }

  return { answer }
}

/** The name of what happened, as in `ECONNREFUSED` or `HTTP 503`: nothing of the upstream's own words. */
function rootOf(error: Error): string {
  if (error.cause instanceof Error) return rootOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}
