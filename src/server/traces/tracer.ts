/**
 * Spans over OTLP: the one place that knows OpenTelemetry's packages. Loaded by `compose.ts` only where an endpoint is
 * set. What is traced is told by `traced-agent.ts`, `traced-store.ts` and `traced-model.ts`.
 */
import { randomUUID } from 'node:crypto'
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Logger } from '../../core/ports/log.ts'
import { version } from '../version.ts'
import { type TraceIds, traceIdsOf, traceparentOf } from './query-trace.ts'
import type { TraceSettings } from './trace-settings.ts'

const exportTimeoutMs = 5000
/** What a stop waits for spans that are not sent yet. */
const closeMs = 2000
/** A receiver that is away is said once in so long. */
const complainMs = 60_000

export interface SpanStart {
  name: string
  kind?: 'server' | 'client' | 'internal'
  attributes?: Attributes
  /** Milliseconds since 1970, as `nowMs` gives them; unset: now. */
  startMs?: number
}

export interface OpenSpan {
  /** What spans below it begin under. */
  readonly parent: Context
  /** As a header for whom it calls. */
  readonly traceparent: string
  set(attributes: Attributes): void
  event(name: string, attributes?: Attributes): void
  /** Ends it; `error` is the kind of what went wrong. Nothing that anyone said belongs here. */
  end(error?: string): void
}

/** A query that is traced. */
export interface QueryTrace {
  readonly ids: TraceIds
  /** Of the first span, whichever server makes it. */
  readonly parent: Context
}

export interface Tracer {
  readonly tellModel: boolean
  /** Null where this one is not traced: all servers decide alike. */
  query(sessionId: string, queryId: string): QueryTrace | null
  start(start: SpanStart, parent: Context): OpenSpan
  /** The first span of a query's trace. */
  startFirst(start: SpanStart, ids: TraceIds): OpenSpan
  /** A span with a trace of its own: of a query that never was. */
  startAlone(start: SpanStart): OpenSpan
  close(): Promise<void>
}

export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

export function openTracer(settings: TraceSettings, log: Logger): Tracer {
  const ids = new NamedIds()
  const sampler = new TraceIdRatioBasedSampler(settings.ratio)
  const exporter = new OTLPTraceExporter({
    url: settings.url,
    headers: { ...settings.headers },
    timeoutMillis: exportTimeoutMs,
  })
  const provider = new TracerProvider({
    idGenerator: ids,
    resource: resourceFromAttributes({
      ...settings.resource,
      'service.name': settings.serviceName,
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: complaining(exporter, log),
        exportTimeoutMillis: exportTimeoutMs,
      }),
    ],
  })
  const tracer = provider.getTracer('agent-websocket', version)
  const kinds = {
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    internal: SpanKind.INTERNAL,
  } as const

  function start(
    { name, kind = 'internal', attributes = {}, startMs }: SpanStart,
    parent: Context,
  ) {
    const root = parent === ROOT_CONTEXT
    const time = startMs === undefined ? {} : { startTime: startMs }
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes, root, ...time }, parent)
    return {
      parent: trace.setSpan(parent, span),
      traceparent: traceparentOf(span.spanContext()),
      set: (more: Attributes) => void span.setAttributes(more),
      event: (event: string, more: Attributes = {}) => void span.addEvent(event, more),
      end(error?: string) {
        if (error !== undefined) {
          span.setAttribute('error.type', error)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  return {
    tellModel: settings.tellModel,
    query(sessionId, queryId) {
      const found = traceIdsOf(sessionId, queryId)
      const { decision } = sampler.shouldSample(ROOT_CONTEXT, found.traceId)
      if (decision !== SamplingDecision.RECORD_AND_SAMPLED) return null
      const context = { ...found, traceFlags: TraceFlags.SAMPLED, isRemote: true }
      return { ids: found, parent: trace.setSpanContext(ROOT_CONTEXT, context) }
    },
    start,
    startFirst: (first, given) => ids.during(given, () => start(first, ROOT_CONTEXT)),
    startAlone: (alone) => start(alone, ROOT_CONTEXT),
    async close() {
      const timer = Promise.withResolvers<void>()
      const late = setTimeout(timer.resolve, closeMs)
      // A receiver that is away is no reason to fail: it was complained of.
      const ended = provider.shutdown().catch(() => undefined)
      await Promise.race([ended, timer.promise])
      clearTimeout(late)
    },
  }
}

/** Random ids, but for a span that is begun with ids of its own. */
class NamedIds implements IdGenerator {
  readonly #random = new RandomIdGenerator()
  #given: TraceIds | null = null

  generateTraceId(): string {
    return this.#given?.traceId ?? this.#random.generateTraceId()
  }

  generateSpanId(): string {
    return this.#given?.spanId ?? this.#random.generateSpanId()
  }

  during<T>(given: TraceIds, run: () => T): T {
    this.#given = given
    try {
      return run()
    } finally {
      this.#given = null
    }
  }
}

/** Says in the log that spans cannot be sent, now and then. */
function complaining(exporter: SpanExporter, log: Logger): SpanExporter {
  let saidMs = Number.NEGATIVE_INFINITY
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && nowMs() - saidMs > complainMs) {
          saidMs = nowMs()
          // The error's own words may have an answer of the receiver in them.
          log.warn({ reason: result.error.name, spans: spans.length }, 'traces cannot be sent')
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }
}
