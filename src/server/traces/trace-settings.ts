/** What traces go by, under OpenTelemetry's own names of variables. Read by `env.ts`, used by `open-traces.ts`. */

export interface TraceSettings {
  /** Where spans are posted, in full: `http://127.0.0.1:4318/v1/traces`. */
  url: string
  headers: Readonly<Record<string, string>>
  serviceName: string
  /** Further names and values of the process, as spans are kept with. */
  resource: Readonly<Record<string, string>>
  /** Part of the queries that are traced, 0 to 1. */
  ratio: number
  /** Whether the model's server is told which trace its request belongs to. */
  tellModel: boolean
}

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

interface TraceVariables {
  OTEL_EXPORTER_OTLP_ENDPOINT: string | null
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: string | null
  OTEL_EXPORTER_OTLP_HEADERS: Record<string, string> | null
  OTEL_SERVICE_NAME: string
  OTEL_RESOURCE_ATTRIBUTES: Record<string, string> | null
  OTEL_TRACES_SAMPLER: (typeof samplers)[number]
  OTEL_TRACES_SAMPLER_ARG: number
  OTEL_SDK_DISABLED: boolean
  TRACE_MODEL_CALLS: boolean
}

/** Null where nothing is traced. */
export function traceSettings(env: TraceVariables): TraceSettings | null {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT
  const url =
    env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  const ratio = ratioOf(env)
  if (url === null || env.OTEL_SDK_DISABLED || ratio === 0) return null
  return {
    url,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: env.OTEL_SERVICE_NAME,
    resource: env.OTEL_RESOURCE_ATTRIBUTES ?? {},
    ratio,
    tellModel: env.TRACE_MODEL_CALLS,
  }
}

/** A query is its trace's beginning, so nothing comes from a parent. */
function ratioOf(env: TraceVariables): number {
  const sampler = env.OTEL_TRACES_SAMPLER.replace('parentbased_', '')
  if (sampler === 'traceidratio') return env.OTEL_TRACES_SAMPLER_ARG
  return sampler === 'always_on' ? 1 : 0
}

/** `name=value,other=value`, values percent-encoded. They may be secrets: nothing of them is said back. */
export function namesAndValues(
  text: string,
): { value: Record<string, string> } | { problem: string } {
  const problem = 'must be name=value, with commas between, values percent-encoded'
  const pairs: [string, string][] = []
  for (const part of text.split(',')) {
    const [, name, coded] =
      /^\s*([\w.!#$%&'*+^`|~-]{1,200})\s*=\s*([\x21-\x7e]*)\s*$/.exec(part) ?? []
    if (name === undefined || coded === undefined) return { problem }
    try {
      pairs.push([name, decodeURIComponent(coded)])
    } catch {
      return { problem }
    }
  }
  return { value: Object.fromEntries(pairs) }
}
