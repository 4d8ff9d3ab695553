/** The adapter behind its thread, called as the core calls it, over real sockets. */
import { expect, test } from 'vitest'
import { ModelError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/ports/log.ts'
import { openSimulator, type Simulator } from '../../simulator/simulator.ts'
import { call, codeOf, modelRequest } from '../testing/call.ts'
import type { ThreadOptions } from './messages.ts'
import { type ModelThread, openModelThread } from './model-thread.ts'

interface Bench extends AsyncDisposable {
  simulator: Simulator
  model: ModelThread
  logged: { level: string; fields: Record<string, unknown>; message: string }[]
}

async function openBench(options: Partial<ThreadOptions> = {}): Promise<Bench> {
  const simulator = await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const logged: Bench['logged'] = []
  const keep = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message })
  const log: Logger = { info: keep('info'), warn: keep('warn'), error: keep('error') }
  const model = openModelThread(
    {
      baseUrl: simulator.url,
      appName: 'agent_websocket',
      connectTimeoutMs: 10_000,
      firstTokenTimeoutMs: 60_000,
      idleTimeoutMs: 30_000,
      maxRetries: 1,
      ...options,
    },
    log,
  )
  return {
    simulator,
    model,
    logged,
    async [Symbol.asyncDispose]() {
      await model.close()
      await simulator.close()
    },
  }
}

test('M1: an answer comes whole and in order, with its end', async () => {
  await using bench = await openBench()
  const tokens = Array.from({ length: 500 }, (_, n) => `${n} `)
  bench.simulator.next({ tokens })
  const { text, end } = await call(bench.model).over
  expect(text).toBe(tokens.join(''))
  expect(end).toMatchObject({ finishReason: 'stop', usage: { completionTokens: 500 } })
})

test('answers that run side by side do not mix', async () => {
  await using bench = await openBench()
  const texts = Array.from({ length: 20 }, (_, n) => `${n} `.repeat(200))
  bench.simulator.next(...texts.map((text) => ({ text })))
  const answers = await Promise.all(texts.map(() => call(bench.model).over))
  expect(answers.map(({ text }) => text).toSorted()).toEqual(texts.toSorted())
})

test('M4: an abort closes the connection, and nothing is told after it', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', ' two', ' three'], hold: 2 })
  const running = call(bench.model)
  await running.read(7)
  const reason = new Error('the user stopped it')
  running.abort(reason)
  const { error, text } = await running.over
  expect(error).toBe(reason)
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request).toMatchObject({ state: 'aborted', tokensSent: 2 })
  expect(text).toBe('one two')
})

test('M4: an abort by the sink itself: it is not called again, though more has come', async () => {
  await using bench = await openBench()
  bench.simulator.next({ size: 200_000 })
  const stop = new AbortController()
  let calls = 0
  const sink = {
    text: () => {
      calls += 1
      stop.abort(new Error('enough'))
    },
    retrying: () => undefined,
  }
  await expect(bench.model.answer(modelRequest, sink, stop.signal)).rejects.toThrow('enough')
  expect(calls).toBe(1)
})

test('what a sink throws ends its own call, and no other', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['a', 'b'], hold: 1 }, { text: 'Whole.' })
  const sink = {
    text: () => {
      throw new Error('no room')
    },
    retrying: () => undefined,
  }
  const signal = new AbortController().signal
  await expect(bench.model.answer(modelRequest, sink, signal)).rejects.toThrow('no room')
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request.state).toBe('aborted')
  expect((await call(bench.model).over).text).toBe('Whole.')
})

test('M2: retries are told, and errors keep their code, sentence and hints', async () => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status: 429, retryAfter: '0' } })
  const called = await call(bench.model).over
  expect(called.retries).toMatchObject([{ attempt: 1, code: 'UPSTREAM_RATE_LIMITED' }])
  expect(called.error).toBeInstanceOf(ModelError)
  expect(called.error).toMatchObject({ retryable: true, retryAfterMs: 0 })
  expect(bench.logged).toMatchObject([
    { level: 'warn', fields: { code: 'UPSTREAM_RATE_LIMITED', attempt: 1, reason: 'HTTP 429' } },
    { level: 'warn', fields: { attempt: 2 } },
  ])
})

test('G7: a thread that dies ends its calls, and the next call has a new one', async () => {
  await using bench = await openBench({ baseUrl: 'no URL' })
  for (let round = 0; round < 2; round++) {
    expect(codeOf(await call(bench.model).over)).toBe('UPSTREAM_UNAVAILABLE')
  }
  expect(bench.logged.map(({ message }) => message)).toContain("the model's thread failed")
})

test('a close ends what runs, and closes its connections', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', ' two'], hold: 1 })
  const running = call(bench.model)
  await running.read(3)
  await bench.model.close()
  expect(codeOf(await running.over)).toBe('UPSTREAM_UNAVAILABLE')
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request.state).toBe('aborted')
  expect(codeOf(await call(bench.model).over)).toBe('UPSTREAM_UNAVAILABLE')
})
