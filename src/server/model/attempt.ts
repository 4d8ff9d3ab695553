/**
 * One attempt at an answer: one HTTP request, its connection closed or whole at the end of it.
 * Used by the adapter, which makes another attempt where that is worth it.
 */
import type { IncomingMessage } from 'node:http'
import type { ModelError } from '../../core/errors.ts'
import type { ModelEnd } from '../../core/ports/model.ts'
import { AnswerReader } from './answer-reader.ts'
import { readErrorBody } from './chunk.ts'
import { modelError, sortError } from './failure.ts'
import { parseRetryAfter } from './retry.ts'
import { Wire, type WireOptions } from './wire.ts'

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
    const { statusCode = 0, headers } = response
    if (statusCode < 200 || statusCode > 299) throw await refusal(response, wire)
    const reader = new AnswerReader({ model: input.model, maxAnswerChars, sink: wire.sink })
    const type = headers['content-type'] ?? ''
    if (/^application\/json\b/i.test(type)) {
      const body = await readText(response, wire, maxWholeBytes)
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

async function readStream(
  response: IncomingMessage,
  reader: AnswerReader,
  wire: Wire,
): Promise<void> {
  const hurry: { callOff?: () => void } = {}
  try {
    const broken = await wire.read(response, (bytes) => {
      wire.alive()
      // Past the end of the answer the stream is only read to its end, so that the connection can be used again.
      if (!reader.done) reader.feed(bytes)
      if (reader.finished) hurry.callOff ??= wire.after(afterFinishMs)
      return reader.cut ? 'enough' : 'more'
    })
    // Whatever cuts the stream after the end of the answer takes nothing from it.
    if (broken && !reader.finished) throw broken
  } finally {
    hurry.callOff?.()
  }
}

async function refusal(response: IncomingMessage, wire: Wire): Promise<ModelError> {
  const { statusCode = 0, headers } = response
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? null, wire.now())
  const body = await errorText(response, wire)
  const code = sortError(readErrorBody(body), statusCode)
  return modelError(code, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: new Error(`HTTP ${statusCode}`),
  })
}

/** An empty text where the body is too long, too slow or cut: the status alone is enough. */
async function errorText(response: IncomingMessage, wire: Wire): Promise<string> {
  const cancel = wire.after(errorBodyTimeoutMs)
  try {
    return (await readText(response, wire, maxErrorBytes)) ?? ''
  } catch (cause) {
    if (wire.stopped) throw cause
    return ''
  } finally {
    cancel()
  }
}

/** A small body as text: an error, or an answer that is not streamed. Null where it is over `maxBytes`. */
async function readText(
  response: IncomingMessage,
  wire: Wire,
  maxBytes: number,
): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  const broken = await wire.read(response, (bytes) => {
    size += bytes.length
    text += decoder.decode(bytes, { stream: true })
    return size > maxBytes ? 'enough' : 'more'
  })
  if (broken) throw broken
  return size > maxBytes ? null : text + decoder.decode()
}
