/**
 * One stream of server-sent events, from its request to its end, as tRPC's server writes it: `connected`, the
 * events with their ids, `ping`, and `return` or `serialized-error` at the end. Used by `over-http.ts`.
 */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Clock } from '../core/ports/clock.ts'
import { fieldsOf } from './fields.ts'

/** How it ended: by the server, by whoever waits for the seat, or by nobody's will. */
export type EventsEnd = 'returned' | 'left' | 'lost'

interface ReadOptions {
  url: string
  headers: Record<string, string>
  fetch: typeof fetch
  clock: Clock
  signal: AbortSignal
  /** Ends it without an error. */
  leave: AbortSignal
  onStarted(): void
  onEvent(id: string, data: unknown): void
  /** The server refused, and said this. Throws where that is final. */
  refused(answer: unknown): Promise<void>
}

/** Until the stream has begun. A proxy that keeps it back until it ends is found out by this. */
const beginMs = 10_000
/** The server pings every 15 s: without a byte for this long the stream is dead. */
const silenceMs = 40_000

export async function readEvents(options: ReadOptions): Promise<EventsEnd> {
  const { clock, signal, leave } = options
  const silent = new AbortController()
  let cancel = clock.after(beginMs, () => silent.abort())
  const onBytes = () => {
    cancel()
    cancel = clock.after(silenceMs, () => silent.abort())
  }
  try {
    const response = await open(options, AbortSignal.any([signal, leave, silent.signal]))
    if (!response) return leave.aborted ? 'left' : 'lost'
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    if (!isStream || !response.body) return await refusal(response, options)
    return await read(response.body, onBytes, options)
  } finally {
    cancel()
    // Whatever is left of the answer is not waited for.
    silent.abort()
  }
}

/** Null where there was no answer. */
async function open(
  { url, headers, fetch }: ReadOptions,
  signal: AbortSignal,
): Promise<Response | null> {
  try {
    return await fetch(url, {
      headers: { accept: 'text/event-stream', ...headers },
      cache: 'no-store',
      signal,
    })
  } catch {
    return null
  }
}

async function refusal(response: Response, { refused }: ReadOptions): Promise<EventsEnd> {
  const said = fieldsOf(await response.json().catch(() => null))
  // Without what the agent server says of an error, something else has answered.
  if (!fieldsOf(fieldsOf(said?.error)?.data)) return 'lost'
  await refused(said)
  return 'lost'
}

async function read(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
  { leave, onStarted, onEvent, refused }: ReadOptions,
): Promise<EventsEnd> {
  let returned = false
  let error: unknown = null
  const onMessage = ({ event, id, data }: EventSourceMessage) => {
    if (event === 'connected') onStarted()
    else if (event === 'return') returned = true
    else if (event === 'serialized-error') error = JSON.parse(data)
    else if (event === undefined && id !== undefined) onEvent(id, JSON.parse(data))
  }
  const parser = createParser({ onEvent: onMessage })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    while (!returned && error === null) {
      const { done, value } = await reader.read()
      if (done || leave.aborted) break
      onBytes()
      parser.feed(decoder.decode(value, { stream: true }))
    }
  } catch (cause) {
    // What cannot be read as what we write is no loss of the network.
    if (cause instanceof SyntaxError) throw cause
  } finally {
    reader.cancel().catch(() => {})
  }
  if (error !== null) await refused({ error })
  if (returned) return 'returned'
  return leave.aborted ? 'left' : 'lost'
}
