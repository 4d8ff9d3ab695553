import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { advanceUntilOver, call, codeOf, modelRequest, openBench } from './testing/call.ts'

test('the request is chat completions as OpenRouter takes them', async () => {
  await using bench = await openBench()
  const model = bench.model({
    apiKey: ' secret ',
    appName: 'Agent – 日本',
    appUrl: 'https://example.com',
  })
  const request = { ...modelRequest, fallbacks: ['b', 'openai/gpt-4-turbo', 'c', 'd'] }
  await call(model, { request }).over
  const { body, headers } = await bench.simulator.waitForRequest(1)
  expect(body).toMatchObject({
    model: 'openai/gpt-4-turbo',
    // OpenRouter takes three at the most.
    models: ['openai/gpt-4-turbo', 'b', 'c'],
    messages: [{ role: 'user', content: 'Hello' }],
    temperature: 0.7,
    max_tokens: 1500,
    stream: true,
    usage: { include: true },
    session_id: 'session-1',
  })
  expect(body.user).toMatch(/^[0-9a-f]{32}$/)
  expect(headers).toMatchObject({
    authorization: 'Bearer secret',
    'http-referer': 'https://example.com',
    'x-openrouter-title': 'Agent',
    'x-title': 'Agent',
    'content-type': 'application/json',
  })
})

test('without a key and fallbacks, the request has neither; a user is always the same hash', async () => {
  await using bench = await openBench()
  await call(bench.model()).over
  await call(bench.model()).over
  await call(bench.model(), { request: { ...modelRequest, userId: 'user-2' } }).over
  const [one, two, three] = bench.simulator.requests
  expect(one?.headers.authorization).toBeUndefined()
  expect(one?.body).not.toHaveProperty('models')
  expect(one?.body.user).toBe(two?.body.user)
  expect(one?.body.user).not.toBe(three?.body.user)
  expect(JSON.stringify(one)).not.toContain('user-1')
})

test('an answer comes in pieces, whole, with its model, usage and cost', async () => {
  await using bench = await openBench()
  bench.simulator.next({
    text: 'Grüße, 世界! 🎉 And **that** is all.',
    comments: 3,
    reasoning: 2,
    usage: { promptTokens: 7, completionTokens: 9, costUsd: 0.0012 },
  })
  const { end, text, reasoning } = await call(bench.model()).over
  expect(reasoning).toBe('Hmm. Hmm. ')
  expect(text).toBe('Grüße, 世界! 🎉 And **that** is all.')
  expect(end).toEqual({
    finishReason: 'stop',
    model: 'openai/gpt-4-turbo',
    usage: { promptTokens: 7, completionTokens: 9, costUsd: 0.0012 },
  })
  expect(bench.clock.waiting).toBe(0)
})

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content_filter'],
  ['tool_calls', 'stop'],
])('an answer that finished by %s ends as %s', async (finishReason, expected) => {
  await using bench = await openBench()
  bench.simulator.next({ text: 'Hi.', finishReason })
  const { end } = await call(bench.model()).over
  expect(end?.finishReason).toBe(expected)
})

test('a token is given on when it comes, not when the answer is whole', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', ' two', ' three'], hold: 2 })
  const running = call(bench.model())
  await running.read('one two'.length)
  expect(running.told.text).toBe('one two')
  const request = await bench.simulator.waitForRequest(1)
  expect(request.state).toBe('holding')
  request.release()
  expect((await running.over).text).toBe('one two three')
})

test('the connection of a whole answer is used for the next one', async () => {
  await using bench = await openBench()
  const model = bench.model()
  for (let round = 0; round < 5; round++) {
    await call(model).over
    // The pool takes a connection back a moment after the body's end.
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(bench.simulator.connections).toBe(1)
})

test('a server that answers in one JSON body is understood', async () => {
  const answer = {
    model: 'local/one',
    choices: [{ message: { role: 'assistant', content: 'All at once.' }, finish_reason: 'length' }],
    usage: { prompt_tokens: 3, completion_tokens: 4 },
  }
  await using bench = await openBench()
  bench.simulator.next({ fault: { kind: 'status', status: 200, body: answer } })
  const { end, text } = await call(bench.model()).over
  expect(text).toBe('All at once.')
  const usage = { promptTokens: 3, completionTokens: 4 }
  expect(end).toEqual({ finishReason: 'length', model: 'local/one', usage })
})

test('a stream without [DONE], or without a finish reason but with [DONE], is whole', async () => {
  await using bench = await openBench()
  bench.simulator.next(
    { text: 'One.', fault: { kind: 'no-end' } },
    { text: 'Two.', finishReason: null },
  )
  const open = call(bench.model())
  await open.read(4)
  const request = await bench.simulator.waitForRequest(1)
  // What comes after the finish is waited for, but not for long.
  await advanceUntilOver(bench, open)
  expect(open.told).toMatchObject({ text: 'One.', end: { finishReason: 'stop' } })
  await request.finished
  expect(request.state).toBe('aborted')
  expect(await call(bench.model()).over).toMatchObject({
    text: 'Two.',
    end: { finishReason: 'stop' },
  })
})

test('an answer past the cap ends with `length`, and its connection is closed', async () => {
  await using bench = await openBench()
  bench.simulator.next({ size: 1_000_000 })
  const { end, text } = await call(bench.model()).over
  expect(end?.finishReason).toBe('length')
  expect(text.length).toBe(1_000_000)
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request.state).toBe('aborted')
})

test('an event without an end is refused, and not held', async () => {
  const server = createServer((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.write('data: ')
    const more = () => {
      while (res.write('x'.repeat(60_000)));
      res.once('drain', more)
    }
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await using bench = await openBench()
  const called = await call(bench.model({ baseUrl: `http://127.0.0.1:${port}/v1` })).over
  expect(codeOf(called)).toBe('UPSTREAM_REJECTED')
  await new Promise((resolve) => server.close(resolve))
})

test('the log has neither the key, nor what was said, nor what the server said', async () => {
  await using bench = await openBench()
  const body = { error: { code: 401, message: 'the body says so' } }
  bench.simulator.next({ fault: { kind: 'status', status: 401, body } })
  const { error } = await call(bench.model({ apiKey: 'sk-or-secret' })).over
  expect(bench.logged).toHaveLength(1)
  const seen = JSON.stringify(bench.logged) + String(error) + String((error as Error).stack)
  for (const word of ['sk-or-secret', 'Hello', 'the body says so']) expect(seen).not.toContain(word)
})

test('a base URL that is none is refused at once', async () => {
  await using bench = await openBench()
  expect(() => bench.model({ baseUrl: 'nonsense' })).toThrow()
})
