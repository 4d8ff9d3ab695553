/** How a call is ended from outside: by its caller, and by its time-outs. Over real sockets. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '../system.ts'
import { createOpenRouter } from './open-router.ts'
import {
  advanceUntilOver,
  call,
  codeOf,
  defaults,
  modelRequest,
  openBench,
} from './testing/call.ts'

test('abort in the middle closes the connection, and nothing comes after it', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', ' two', ' three'], hold: 2 })
  const running = call(bench.model())
  await running.read(7)
  const reason = new Error('the user stopped it')
  running.abort(reason)
  const { error, text } = await running.over
  expect(error).toBe(reason)
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request).toMatchObject({ state: 'aborted', tokensSent: 2 })
  request.release()
  expect(text).toBe('one two')
  expect(bench.simulator.connections).toBe(1)
  expect(bench.clock.waiting).toBe(0)
})

test('abort by the sink itself: it is not called again, though more has come', async () => {
  await using bench = await openBench()
  bench.simulator.next({ size: 50_000 })
  const stop = new AbortController()
  let calls = 0
  const sink = {
    text: () => {
      calls += 1
      stop.abort(new Error('enough'))
    },
    retrying: () => undefined,
  }
  await expect(bench.model().answer(modelRequest, sink, stop.signal)).rejects.toThrow('enough')
  const seen = await bench.simulator.waitForRequest(1)
  await seen.finished
  expect(seen.state).toBe('aborted')
  expect(calls).toBe(1)
})

test('abort before the headers closes the connection', async () => {
  await using bench = await openBench()
  bench.simulator.next({ hold: 'headers' })
  const running = call(bench.model())
  const request = await bench.simulator.waitForRequest(1)
  running.abort(new Error('stop'))
  expect(String((await running.over).error)).toContain('stop')
  await request.finished
  expect(request.state).toBe('aborted')
})

test('abort between two attempts ends the wait', async () => {
  await using bench = await openBench()
  bench.simulator.always({ fault: { kind: 'status', status: 503 } })
  const running = call(bench.model(), { onRetry: () => running.abort(new Error('stop')) })
  expect(String((await running.over).error)).toContain('stop')
  expect(bench.simulator.requests).toHaveLength(1)
  expect(bench.clock.waiting).toBe(0)
})

test('a call that is aborted before it begins is not made', async () => {
  await using bench = await openBench()
  const stop = AbortSignal.abort(new Error('stop'))
  const sink = { text: () => undefined, retrying: () => undefined }
  await expect(bench.model().answer(modelRequest, sink, stop)).rejects.toThrow('stop')
  expect(bench.simulator.connections).toBe(0)
})

test('what a sink throws ends the call as it is, and closes the connection', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', 'two'], hold: 1 })
  const sink = {
    text: () => {
      throw new TypeError('a bug')
    },
    retrying: () => undefined,
  }
  const signal = new AbortController().signal
  await expect(bench.model().answer(modelRequest, sink, signal)).rejects.toThrow('a bug')
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request.state).toBe('aborted')
})

test('G7: no first token within its time-out ends the call, whatever else is sent', async () => {
  await using bench = await openBench()
  bench.simulator.next({ hold: 0, comments: 5 })
  const running = call(bench.model())
  const request = await bench.simulator.waitForRequest(1)
  await request.held()
  bench.clock.advance(59_000)
  expect(request.over).toBe(false)
  bench.clock.advance(1_000)
  expect(codeOf(await running.over)).toBe('UPSTREAM_TIMEOUT')
  await request.finished
  expect(request.state).toBe('aborted')
  // The time is up for the whole call: there is no other attempt.
  expect(bench.simulator.requests).toHaveLength(1)
})

test('the first token may come after the silence time-out', async () => {
  await using bench = await openBench()
  bench.simulator.next({ text: 'Late.', hold: 'headers' })
  const running = call(bench.model())
  const request = await bench.simulator.waitForRequest(1)
  bench.clock.advance(59_000)
  request.release()
  expect((await running.over).text).toBe('Late.')
})

test('G7: silence after a token ends the call', async () => {
  await using bench = await openBench()
  bench.simulator.next({ tokens: ['one', ' two'], fault: { kind: 'stall', afterTokens: 1 } })
  const running = call(bench.model())
  await running.read(3)
  bench.clock.advance(29_000)
  expect(running.told.error).toBeNull()
  await advanceUntilOver(bench, running)
  expect(codeOf(running.told)).toBe('UPSTREAM_TIMEOUT')
  expect(running.told.text).toBe('one')
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request.state).toBe('aborted')
})

test('G7: comments prove life, yet an answer of comments alone ends too', async () => {
  await using bench = await openBench()
  bench.simulator.next({
    tokens: ['one', ' two'],
    fault: { kind: 'comments-only', afterTokens: 1, everyMs: 5 },
  })
  const model = createOpenRouter({
    ...defaults(bench.simulator.url, systemClock),
    idleTimeoutMs: 200,
    firstTokenTimeoutMs: 800,
  })
  const beganMs = performance.now()
  const running = call(model)
  expect(codeOf(await running.over)).toBe('UPSTREAM_TIMEOUT')
  // Silence alone would have ended it after 250 ms.
  expect(performance.now() - beganMs).toBeGreaterThan(750)
})

test('connecting has a time-out of its own, and is tried again', async () => {
  const sockets: Socket[] = []
  // It accepts, and never says a word of TLS.
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await using bench = await openBench()
  const running = call(
    bench.model({ baseUrl: `https://127.0.0.1:${port}/v1`, connectTimeoutMs: 3_000 }),
    { onRetry: ({ delayMs }) => bench.clock.advance(delayMs) },
  )
  for (let attempt = 1; attempt <= 3; attempt++) {
    if (sockets.length < attempt) await once(server, 'connection')
    bench.clock.advance(3_000)
  }
  expect(codeOf(await running.over)).toBe('UPSTREAM_TIMEOUT')
  expect(running.told.retries).toHaveLength(2)
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

test('the time-out for connecting does not cut a model that thinks before its headers', async () => {
  await using bench = await openBench()
  const model = bench.model({ connectTimeoutMs: 1_000 })
  // Twice: the second call goes over a connection that is there already.
  for (const number of [1, 2]) {
    bench.simulator.next({ text: 'Well.', hold: 'headers' })
    const running = call(model)
    const request = await bench.simulator.waitForRequest(number)
    bench.clock.advance(5_000)
    request.release()
    expect((await running.over).text).toBe('Well.')
    await new Promise((resolve) => setImmediate(resolve))
  }
})

test('an error whose body never ends is sorted by its status', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume()
    socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000\r\n\r\n{"error":')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await using bench = await openBench()
  const running = call(bench.model({ baseUrl: `http://127.0.0.1:${port}/v1` }))
  await advanceUntilOver(bench, running)
  expect(codeOf(running.told)).toBe('UPSTREAM_AUTH')
  await new Promise((resolve) => server.close(resolve))
})
