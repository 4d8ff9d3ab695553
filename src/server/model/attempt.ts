/**
 * One attempt at an answer: one HTTP request, its connection closed or whole at the end of it.
 * Used by the adapter, which makes another attempt where that is worth it.
 */
import type { ModelError } from '../../core/errors.ts'
import type { ModelEnd } from '../../core/ports/model.ts'
import { AnswerReader } from './answer-reader.ts'
import { readText } from './body.ts'
import { readErrorBody } from './chunk.ts'
import { modelError, sortError } from './failure.ts'
import { parseRetryAfter } from './retry.ts'
import { LateCut, Wire, type WireOptions } from './wire.ts'

export interface AttemptInput extends WireOptions {
  /** The model that is asked for. */
  model: string
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

async function refusal(response: Response, wire: Wire): Promise<ModelError> {
  const { status, headers } = response
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), wire.now())
  const body = await errorText(response, wire)
  const code = sortError(readErrorBody(body), status)
  return modelError(code, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: new Error(`HTTP ${status}`),
  })
}

/** An empty text where the body is too long, too slow or cut: the status alone is enough. */
async function errorText(response: Response, wire: Wire): Promise<string> {
  const cancel = wire.after(errorBodyTimeoutMs)
  try {
    return (await wire.during(readText(response, maxErrorBytes))) ?? ''
  } catch (cause) {
    if (wire.stopped) throw cause
    return ''
  } finally {
    cancel()
  }
}
