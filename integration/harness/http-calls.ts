/** The router over plain HTTP, and its server-sent events, as any program would call them. */
import { z } from 'zod'
import { type SessionEvent, sessionEvent } from '../../src/core/events.ts'

export interface HttpAnswer {
  status: number
  /** Without what differs from call to call: the date. */
  headers: Record<string, string>
  body: string
}

export interface HttpCalls {
  query(path: string, input?: unknown): Promise<HttpAnswer>
  mutate(path: string, input: unknown): Promise<HttpAnswer>
  /** Opens `session.events`, with `Last-Event-ID` where there is one. */
  events(input: { sessionId: string; lastEventId?: string }, resumeFrom?: string): EventSourceReader
}

export interface EventSourceReader extends AsyncDisposable {
  /** Head of the answer, and its body where it is no stream of events. */
  answer(): Promise<HttpAnswer>
  /** The next event. */
  next(): Promise<{ id: string; event: SessionEvent }>
}

/** As the user of this token. */
export function httpCalls(url: string, token: string): HttpCalls {
  const authorization = `Bearer ${token}`
  const inputOf = (input: unknown) =>
    input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
  return {
    async query(path, input) {
      return answerOf(
        await fetch(`${url}/trpc/${path}${inputOf(input)}`, { headers: { authorization } }),
      )
    },
    async mutate(path, input) {
      return answerOf(
        await fetch(`${url}/trpc/${path}`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify(input),
        }),
      )
    },
    events(input, resumeFrom) {
      const headers = { authorization, ...(resumeFrom && { 'last-event-id': resumeFrom }) }
      return openEvents(`${url}/trpc/session.events${inputOf(input)}`, headers)
    },
  }
}

async function answerOf(response: Response): Promise<HttpAnswer> {
  const headers = Object.fromEntries(response.headers)
  delete headers.date
  return { status: response.status, headers, body: await response.text() }
}

const result = z.object({ result: z.object({ data: z.unknown() }) })

/** What a call returned; throws where it was refused. */
export function dataOf<T>({ body, status }: HttpAnswer, schema: z.ZodType<T>): T {
  if (status !== 200) throw new Error(`${status}: ${body}`)
  return schema.parse(result.parse(JSON.parse(body)).result.data)
}

function openEvents(url: string, headers: Record<string, string>): EventSourceReader {
  const leaving = new AbortController()
  const response = fetch(url, { headers, signal: leaving.signal })
  // Where nobody waits for it any more.
  response.catch(() => {})
  const frames = response.then(({ body }) => framesOf(body))
  frames.catch(() => {})
  return {
    answer: async () => answerOf(await response),
    async next() {
      for (;;) {
        const { done, value } = await (await frames).next()
        if (done) throw new Error('the stream ended')
        const { id, data } = value
        if (id !== undefined) return { id, event: sessionEvent.parse(JSON.parse(data)) }
      }
    },
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await (await frames.catch(() => null))?.return(undefined).catch(() => {})
    },
  }
}

/** Server-sent events, by the standard's rules as far as tRPC needs them. */
async function* framesOf(
  body: Response['body'],
): AsyncGenerator<{ id: string | undefined; data: string }> {
  if (!body) throw new Error('no body')
  let text = ''
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const field = (name: string) =>
        frame
          .split('\n')
          .flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
      yield { id: field('id')[0], data: field('data').join('\n') }
    }
  }
}
