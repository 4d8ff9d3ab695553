/** What goes wrong at the model's side: how it is sorted, and what is tried again. Over real sockets. */
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { ModelError } from '../../core/errors.ts'
import type { ErrorCode } from '../../core/events.ts'
import type { PlanInput } from '../simulator/simulator.ts'
import { type Bench, type Called, call, codeOf, openBench } from './testing/call.ts'

/** A call whose waits between attempts are over at once, by its clock. */
function callWithoutWaiting(bench: Bench): Promise<Called> {
  return call(bench.model(), { onRetry: ({ delayMs }) => bench.clock.advance(delayMs) }).over
}

const statuses: [number, ErrorCode, boolean][] = [
  [302, 'UPSTREAM_REJECTED', false],
  [400, 'UPSTREAM_REJECTED', false],
  [401, 'UPSTREAM_AUTH', false],
  [402, 'UPSTREAM_PAYMENT', false],
  [403, 'UPSTREAM_AUTH', false],
  [404, 'UPSTREAM_REJECTED', false],
  [408, 'UPSTREAM_TIMEOUT', true],
  [409, 'UPSTREAM_UNAVAILABLE', true],
  [413, 'CONTEXT_TOO_LONG', false],
  [422, 'UPSTREAM_REJECTED', false],
  [429, 'UPSTREAM_RATE_LIMITED', true],
  [500, 'UPSTREAM_UNAVAILABLE', true],
  [502, 'UPSTREAM_UNAVAILABLE', true],
  [503, 'UPSTREAM_UNAVAILABLE', true],
  [504, 'UPSTREAM_TIMEOUT', true],
  [529, 'UPSTREAM_UNAVAILABLE', true],
]

test.each(statuses)('G7: HTTP %i ends in %s (tried again: %s)', async (status, code, retried) => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status } })
  const called = await callWithoutWaiting(bench)
  expect(codeOf(called)).toBe(code)
  expect((called.error as ModelError).retryable).toBe(retried)
  expect(bench.simulator.requests).toHaveLength(retried ? 3 : 1)
  expect(called.retries.map((retry) => retry.code)).toEqual(retried ? [code, code] : [])
  expect(bench.clock.waiting).toBe(0)
})

test('a redirect is not followed: it would carry the key along', async () => {
  await using other = await openBench()
  await using bench = await openBench()
  const location = `${other.simulator.url}/chat/completions`
  bench.simulator.always({ fault: { kind: 'status', status: 307, location } })
  expect(codeOf(await callWithoutWaiting(bench))).toBe('UPSTREAM_REJECTED')
  expect(other.simulator.connections).toBe(0)
})

const bodies: [string, number, unknown, ErrorCode][] = [
  [
    'metadata.error_type',
    400,
    { error: { code: 400, metadata: { error_type: 'context_length_exceeded' } } },
    'CONTEXT_TOO_LONG',
  ],
  ['a word for a code', 400, { error: { code: 'context_length_exceeded' } }, 'CONTEXT_TOO_LONG'],
  [
    'a message alone',
    400,
    { error: { message: "This model's maximum context length is 8192 tokens" } },
    'CONTEXT_TOO_LONG',
  ],
  [
    'fields without `error`',
    400,
    { object: 'error', message: 'maximum context length is 9' },
    'CONTEXT_TOO_LONG',
  ],
  [
    'a moderation flag',
    403,
    { error: { code: 403, metadata: { reasons: ['x'], flagged_input: 'y' } } },
    'CONTENT_FILTERED',
  ],
  ['a quota that is used up', 429, { error: { type: 'insufficient_quota' } }, 'UPSTREAM_PAYMENT'],
  ['an error of another shape', 503, { error: [1, 2] }, 'UPSTREAM_UNAVAILABLE'],
  [
    'an error type that nobody knows',
    401,
    { error: { metadata: { error_type: 'constructor' } } },
    'UPSTREAM_AUTH',
  ],
  ['a page', 502, '<html>Bad gateway</html>', 'UPSTREAM_UNAVAILABLE'],
]

test.each(bodies)('an error is sorted by %s', async (_what, status, body, code) => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status, body: body as string } })
  const called = await callWithoutWaiting(bench)
  expect(codeOf(called)).toBe(code)
  expect(String(called.error)).not.toMatch(/maximum|html|gateway/i)
})

const brokenOff: [string, PlanInput, ErrorCode][] = [
  ['a reset before the headers', { fault: { kind: 'reset' } }, 'UPSTREAM_UNAVAILABLE'],
  ['a reset after the headers', { fault: { kind: 'reset', afterTokens: 0 } }, 'UPSTREAM_TRUNCATED'],
  ['a stream that ends without a token', { fault: { kind: 'truncate' } }, 'UPSTREAM_TRUNCATED'],
  [
    'an error chunk with a number',
    { fault: { kind: 'error-chunk', code: 502 } },
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'an error chunk with a number as text',
    { fault: { kind: 'error-chunk', code: '429' } },
    'UPSTREAM_RATE_LIMITED',
  ],
  [
    'an error chunk with a word',
    { fault: { kind: 'error-chunk', code: 'server_error' } },
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'an error chunk without a code',
    { fault: { kind: 'error-chunk', choices: false } },
    'UPSTREAM_UNAVAILABLE',
  ],
  [
    'an error chunk with metadata',
    { fault: { kind: 'error-chunk', code: 502, metadata: { error_type: 'timeout' } } },
    'UPSTREAM_TIMEOUT',
  ],
  ['finish_reason "error" alone', { tokens: [], finishReason: 'error' }, 'UPSTREAM_UNAVAILABLE'],
]

test.each(brokenOff)(
  'G7: %s is tried again, and the answer comes whole',
  async (_what, plan, code) => {
    await using bench = await openBench()
    bench.simulator.next(plan, plan, { text: 'Here it is.' })
    const called = await callWithoutWaiting(bench)
    expect(called).toMatchObject({ text: 'Here it is.', end: { finishReason: 'stop' } })
    expect(called.retries).toMatchObject([
      { attempt: 1, code },
      { attempt: 2, code },
    ])
  },
)

test.each(brokenOff)('G7: %s, again and again, ends in its code', async (_what, plan, code) => {
  await using bench = await openBench()
  bench.simulator.always(plan)
  const called = await callWithoutWaiting(bench)
  expect(codeOf(called)).toBe(code)
  expect(called.text).toBe('')
  expect(bench.simulator.requests).toHaveLength(3)
})

const afterTokens: [string, PlanInput, ErrorCode][] = [
  ['a reset', { fault: { kind: 'reset', afterTokens: 2 } }, 'UPSTREAM_TRUNCATED'],
  ['a cut stream', { fault: { kind: 'truncate', afterTokens: 2 } }, 'UPSTREAM_TRUNCATED'],
  [
    'an error chunk',
    { fault: { kind: 'error-chunk', afterTokens: 2, code: 502 } },
    'UPSTREAM_UNAVAILABLE',
  ],
]

test.each(afterTokens)('G7: after the first token %s ends the call', async (_what, plan, code) => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', ' two', ' three'], ...plan })
  const called = await callWithoutWaiting(bench)
  expect(codeOf(called)).toBe(code)
  expect((called.error as ModelError).retryable).toBe(true)
  expect(called.text).toBe('one two')
  expect(bench.simulator.requests).toHaveLength(1)
})

test('reasoning is a token too: a call that broke in it is not made again', async () => {
  await using bench = await openBench()
  bench.simulator.next({ reasoning: 1, fault: { kind: 'truncate' } })
  expect(codeOf(await callWithoutWaiting(bench))).toBe('UPSTREAM_TRUNCATED')
  expect(bench.simulator.requests).toHaveLength(1)
})

test('a content filter before any text is an error that says so', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: [], finishReason: 'content_filter' })
  expect(codeOf(await callWithoutWaiting(bench))).toBe('CONTENT_FILTERED')
})

test('some lines of garbage are skipped; a server that sends nothing else is refused', async () => {
  await using bench = await openBench()
  bench.simulator.next(
    { text: 'Still here.', fault: { kind: 'garbage', lines: 10 } },
    { fault: { kind: 'garbage', lines: 11 } },
    { fault: { kind: 'garbage', lines: 11, line: 'data: [1, 2]' } },
    { fault: { kind: 'status', status: 200, body: '<html></html>' } },
    { fault: { kind: 'status', status: 200, body: { hello: 'there' } } },
  )
  expect((await callWithoutWaiting(bench)).text).toBe('Still here.')
  for (let round = 0; round < 4; round++) {
    expect(codeOf(await callWithoutWaiting(bench))).toBe('UPSTREAM_REJECTED')
  }
})

test('an error in the JSON of an HTTP 200 is an error', async () => {
  await using bench = await openBench()
  const body = { error: { code: 402, message: 'no credits' } }
  bench.simulator.next({ fault: { kind: 'status', status: 200, body } })
  expect(codeOf(await callWithoutWaiting(bench))).toBe('UPSTREAM_PAYMENT')
})

test('a server that is not there is UPSTREAM_UNAVAILABLE, after three attempts', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await new Promise((resolve) => server.close(resolve))
  await using bench = await openBench()
  const model = bench.model({ baseUrl: `http://127.0.0.1:${port}/v1` })
  const called = await call(model, { onRetry: ({ delayMs }) => bench.clock.advance(delayMs) }).over
  expect(codeOf(called)).toBe('UPSTREAM_UNAVAILABLE')
  expect(called.retries).toHaveLength(2)
  expect(bench.logged[0]).toMatchObject({ fields: { reason: 'ECONNREFUSED' } })
})

test('the waits grow, and chance spreads them', async () => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status: 503 } })
  const delays = async (random: number) => {
    const model = bench.model({ random: () => random, maxRetries: 4 })
    const options = { onRetry: ({ delayMs }: { delayMs: number }) => bench.clock.advance(delayMs) }
    return (await call(model, options).over).retries.map(({ delayMs }) => delayMs)
  }
  expect(await delays(0)).toEqual([250, 500, 1000, 2000])
  expect(await delays(1)).toEqual([500, 1000, 2000, 4000])
})

test('`Retry-After` is waited out, in seconds and as a date', async () => {
  await using bench = await openBench()
  const date = new Date(bench.clock.now() + 7_000 + 3_000).toUTCString()
  bench.simulator.next(
    { fault: { kind: 'status', status: 429, retryAfter: '7' } },
    { fault: { kind: 'status', status: 503, retryAfter: date } },
    { text: 'Now.' },
  )
  const called = await callWithoutWaiting(bench)
  expect(called.retries.map(({ delayMs }) => delayMs)).toEqual([7_000, 3_000])
  expect(called.text).toBe('Now.')
})

test('a `Retry-After` that is too long ends the call, and is told', async () => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status: 429, retryAfter: '21' } })
  const { error } = await callWithoutWaiting(bench)
  expect(error).toBeInstanceOf(ModelError)
  expect(error).toMatchObject({
    code: 'UPSTREAM_RATE_LIMITED',
    retryable: true,
    retryAfterMs: 21_000,
  })
  expect(bench.simulator.requests).toHaveLength(1)
})

test('a wait that would pass the first-token time-out is not begun', async () => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status: 429, retryAfter: '5' } })
  const called = await call(bench.model({ firstTokenTimeoutMs: 4_000 })).over
  expect(called.retries).toEqual([])
  expect(called.error).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 5_000 })
})
