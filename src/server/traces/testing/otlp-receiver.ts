/** A receiver of OTLP over HTTP on a real socket, that keeps what it is sent. Used by the tests of traces. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readAll } from 'node:stream/consumers'
import { z } from 'zod'

const value = z.looseObject({})
const attributes = z.array(z.object({ key: z.string(), value })).default([])
const span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  events: z.array(z.looseObject({ name: z.string() })).default([]),
})
const body = z.object({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(span) })),
    }),
  ),
})

export interface SeenSpan {
  traceId: string
  spanId: string
  parentSpanId: string | null
  name: string
  durationMs: number
  attributes: Record<string, unknown>
  events: string[]
}

export interface OtlpReceiver extends AsyncDisposable {
  /** As `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
  url: string
  spans: SeenSpan[]
  resources: Record<string, unknown>[]
  /** All that came, as it came: paths, headers, bodies. */
  raw: string[]
}

export async function openOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: SeenSpan[] = []
  const resources: Record<string, unknown>[] = []
  const raw: string[] = []
  const server = createServer(async (request, response) => {
    const text = await readAll(request)
    raw.push(`${request.url}\n${JSON.stringify(request.headers)}\n${text}`)
    for (const { resource, scopeSpans } of body.parse(JSON.parse(text)).resourceSpans) {
      resources.push(plain(resource.attributes))
      for (const one of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({
          traceId: one.traceId,
          spanId: one.spanId,
          parentSpanId: one.parentSpanId ?? null,
          name: one.name,
          durationMs: Number(BigInt(one.endTimeUnixNano) - BigInt(one.startTimeUnixNano)) / 1e6,
          attributes: plain(one.attributes),
          events: one.events.map(({ name }) => name),
        })
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    resources,
    raw,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** OTLP wraps each value in an object that names its type. */
function plain(list: z.infer<typeof attributes>): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value: wrapped }) => [key, unwrapped(wrapped)]))
}

function unwrapped(wrapped: Record<string, unknown>): unknown {
  const [first] = Object.values(wrapped)
  const list = z.object({ values: z.array(value).default([]) }).safeParse(first)
  return 'arrayValue' in wrapped && list.success ? list.data.values.map(unwrapped) : first
}
