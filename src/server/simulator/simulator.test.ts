import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSimulator, type Simulator } from './simulator.ts'

let simulator: Simulator
beforeEach(async () => {
  simulator = await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
})
afterEach(() => simulator.close())

const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }] }

function ask(request: object = body, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', body: JSON.stringify(request), ...(signal && { signal }) }
  return fetch(`${simulator.url}/chat/completions`, init)
}

function textOf(stream: string): string {
  // By line feeds alone: a regular expression takes U+2028 for the end of a line too.
  const data = stream.split('\n').filter((line) => line.startsWith('data: {'))
  const events = data.map((line) => JSON.parse(line.slice(6)))
  return events.map((event) => event.choices[0].delta.content).join('')
}

test('a stream has comments, a role, tokens, a finish, usage with cost, and [DONE]', async () => {
  simulator.next({ tokens: ['Hi', ' there'], comments: 2 })
  const response = await ask()
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const frames = (await response.text()).trim().split('\n\n')
  expect(frames.slice(0, 2)).toEqual([': OPENROUTER PROCESSING', ': OPENROUTER PROCESSING'])
  expect(frames.at(-1)).toBe('data: [DONE]')
  const chunks = frames.slice(2, -1).map((frame) => JSON.parse(frame.slice(6)))
  expect(chunks.map(({ choices }) => choices[0].delta.content)).toEqual([
    '',
    'Hi',
    ' there',
    '',
    '',
  ])
  expect(chunks.map(({ choices }) => choices[0].finish_reason)).toEqual([
    null,
    null,
    null,
    'stop',
    null,
  ])
  const usage = { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4, cost: 0 }
  expect(chunks.at(-1).usage).toEqual(usage)
  expect(chunks[0]).toMatchObject({ object: 'chat.completion.chunk', model: 'm' })
})

test('a request without `stream` gets the same answer at once', async () => {
  const streamed = textOf(await (await ask()).text())
  const whole = JSON.parse(await (await ask({ ...body, stream: false })).text())
  expect(whole.choices[0].message.content).toBe(streamed)
  expect(whole).toMatchObject({ object: 'chat.completion', usage: { prompt_tokens: 2 } })
})

test('any text goes through whole, however its bytes are sliced', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant('\u2028\u2029'), fc.string({ unit: 'binary', maxLength: 60 })),
      fc.constantFrom('bytes' as const, 'characters' as const),
      async (text, slices) => {
        simulator.next({ text, slices })
        expect(textOf(await (await ask()).text())).toBe(text)
      },
    ),
    { numRuns: 30 },
  )
})

test('models are listed, everything else is not found', async () => {
  const models = JSON.parse(await (await fetch(`${simulator.url}/models`)).text())
  expect(models.data[0]).toMatchObject({ id: 'openai/gpt-4-turbo' })
  expect((await fetch(`${simulator.url}/nothing`)).status).toBe(404)
  const control = await fetch(simulator.url.replace('/v1', '/control/requests'))
  expect(control.status).toBe(404)
})

test('a bad request is refused as OpenRouter does', async () => {
  for (const bad of [{ ...body, messages: [] }, { messages: body.messages }, []]) {
    const response = await ask(bad)
    expect(response.status).toBe(400)
    expect(JSON.parse(await response.text())).toMatchObject({ error: { code: 400 } })
  }
})

test('plans are taken in order, then the one for always; a bad plan is refused', async () => {
  simulator.next({ text: 'one' }, { text: 'two' })
  simulator.always({ text: 'more' })
  const texts: string[] = []
  for (let round = 0; round < 4; round++) texts.push(textOf(await (await ask()).text()))
  expect(texts).toEqual(['one', 'two', 'more', 'more'])
  expect(() => simulator.next({ text: 'x', nonsense: 1 } as object)).toThrow()
  expect(() => simulator.always({ fault: { kind: 'nonsense' } } as object)).toThrow()
})

test('plans by question go before the others, one each, and the last one stays', async () => {
  const { content } = body.messages.at(-1) ?? { content: '' }
  simulator.next({ text: 'other' })
  simulator.questions({ [content]: [{ text: 'one' }, { text: 'two' }], 'Not asked': [{}] })
  const texts: string[] = []
  for (let round = 0; round < 3; round++) texts.push(textOf(await (await ask()).text()))
  expect(texts).toEqual(['one', 'two', 'two'])
  const messages = [{ role: 'user', content: 'Something else' }]
  expect(textOf(await (await ask({ ...body, messages })).text())).toBe('other')
})

test('it tells when a token was sent, and when the next was due', async () => {
  simulator.always({ tokens: ['a', 'b', 'c'], pace: { firstTokenMs: 0, tokensPerSecond: 2 } })
  const leaving = new AbortController()
  const response = await ask(body, leaving.signal)
  const request = await simulator.waitForRequest(1)
  await request.reached(1)
  const { lastTokenAtMs, nextTokenAtMs } = request
  leaving.abort()
  await request.finished
  await response.body?.cancel().catch(() => {})
  expect(request).toMatchObject({ state: 'aborted', lastTokenAtMs, nextTokenAtMs })
  // Two a second, give or take the unevenness of a model.
  const waitMs = (nextTokenAtMs ?? 0) - (lastTokenAtMs ?? 0)
  expect(waitMs).toBeGreaterThan(250)
  expect(waitMs).toBeLessThan(800)
})

test('a held answer waits, goes on for so many tokens, and then to its end', async () => {
  simulator.next({ tokens: ['a', 'b', 'c', 'd', 'e'], hold: 2 })
  const response = await ask()
  const request = await simulator.waitForRequest(1)
  await request.held()
  expect(request).toMatchObject({ state: 'holding', tokensSent: 2 })
  request.release(1)
  await request.held()
  expect(request).toMatchObject({ state: 'holding', tokensSent: 3 })
  request.release()
  expect(textOf(await response.text())).toBe('abcde')
  await request.finished
  expect(request).toMatchObject({ state: 'ended', tokensSent: 5 })
  expect(request.endedAtMs).toBeGreaterThanOrEqual(request.receivedAtMs)
})

test('a client that goes is seen, with what it was sent', async () => {
  simulator.next({ tokens: ['a', 'b', 'c'], hold: 2 })
  const stop = new AbortController()
  const response = await ask(body, stop.signal)
  const request = await simulator.waitForRequest(1)
  await request.reached(2)
  stop.abort()
  await expect(response.text()).rejects.toThrow()
  await request.finished
  expect(request).toMatchObject({ state: 'aborted', tokensSent: 2 })
})

test('what a client does not read is not made', async () => {
  simulator.next({ size: 10_000_000 })
  const stop = new AbortController()
  const response = await ask(body, stop.signal)
  const reader = response.body?.getReader()
  await reader?.read()
  const request = await simulator.waitForRequest(1)
  let before = -1
  // It stands still once the buffers on the way are full.
  while (before !== request.tokensSent) {
    before = request.tokensSent
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(request.tokensSent).toBeLessThan(1_000_000)
  stop.abort()
  await request.finished
})

test('a paced answer takes its time, and is whole', async () => {
  const text = 'One two three four five six seven eight nine ten'
  simulator.next({ text, pace: { firstTokenMs: 100, tokensPerSecond: 100 } })
  const beganMs = performance.now()
  expect(textOf(await (await ask()).text())).toBe(text)
  // 100 ms, then nine gaps of 6 ms at the least.
  expect(performance.now() - beganMs).toBeGreaterThan(150)
})

test('only the last requests are kept', async () => {
  const small = await openSimulator({
    keepRequests: 2,
    pace: { firstTokenMs: 0, tokensPerSecond: 0 },
  })
  const send = () =>
    fetch(`${small.url}/chat/completions`, { method: 'POST', body: JSON.stringify(body) })
  for (let round = 0; round < 4; round++) await (await send()).text()
  expect(small.requests.map(({ number }) => number)).toEqual([3, 4])
  await expect(small.waitForRequest(1)).rejects.toThrow('not kept')
  const never = small.waitForRequest(5)
  const expected = expect(never).rejects.toThrow('closed')
  await small.close()
  await expected
})

test('a port that is taken is an error', async () => {
  const port = Number(new URL(simulator.url).port)
  await expect(openSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
