import { expect, test } from 'vitest'
import { parseEnv } from '../env.ts'

const read = (env: Record<string, string>) => {
  const parsed = parseEnv(env)
  return parsed.ok ? parsed.settings.traces : parsed.problems
}

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }

test('O8: off unless an endpoint is set, and where it is switched off', () => {
  expect(read({})).toBeNull()
  expect(read({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBeNull()
  expect(read({ ...endpoint, OTEL_TRACES_SAMPLER: 'always_off' })).toBeNull()
  expect(read(endpoint)).toMatchObject({ url: 'http://collector:4318/v1/traces', ratio: 1 })
})

test('the variables are read as OpenTelemetry says', () => {
  const traces = read({
    ...endpoint,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://other/spans',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc=, x-tenant = 7',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  })
  expect(traces).toMatchObject({
    url: 'https://other/spans',
    headers: { authorization: 'Basic abc=', 'x-tenant': '7' },
    resource: { 'deployment.environment.name': 'staging' },
    ratio: 0.25,
  })
})

test('a bad value is said without what may be a secret in it', () => {
  const problems = read({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' })
  expect(problems).toEqual([
    'OTEL_EXPORTER_OTLP_HEADERS: must be name=value, with commas between, values percent-encoded',
  ])
  expect(read({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' })).toHaveLength(1)
})
