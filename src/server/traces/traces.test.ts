/** Traces over OTLP: one query followed through server, store and model, by a receiver on a real socket. */
import { execFileSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openSimulator, type Simulator } from '../simulator/simulator.ts'
import { newGuest, newSession, openPeer, type SocketPeer } from '../testing/socket-peer.ts'
import { newFolder, openTestServer } from '../testing/test-server.ts'
import { traceIdsOf } from './query-trace.ts'
import { type OtlpReceiver, openOtlpReceiver, type SeenSpan } from './testing/otlp-receiver.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }

async function openTraced(env: Record<string, string> = {}) {
  const opened = new AsyncDisposableStack()
  const receiver = opened.use(await openOtlpReceiver())
  const simulator = await openSimulator({})
  opened.defer(() => simulator.close())
  const start = async (more: Record<string, string> = {}) =>
    opened.use(
      await openTestServer({
        env: {
          OPENROUTER_BASE_URL: simulator.url,
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          ...env,
          ...more,
        },
      }),
    )
  return { receiver, simulator, start, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

const query = (sessionId: string, content: string, id = randomUUID()) => ({
  sessionId,
  id,
  content,
})

const ended = (peer: SocketPeer, queryId: string) =>
  peer.until((it) => {
    const text = JSON.stringify(it.result?.data ?? null)
    return text.includes('"type":"response"') && text.includes(queryId)
  })

function childrenOf({ spans }: OtlpReceiver, parent: SeenSpan | undefined): SeenSpan[] {
  return spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId)
}

const events = (span: SeenSpan | undefined) => span?.attributes['agent_server.events']

async function requestOf(simulator: Simulator) {
  return simulator.waitForRequest(1)
}

test('O6, O7: one query is one trace: the call, its append, the turn, the model to its first token; and nothing of what was said', async () => {
  const canary = () => `canary${randomBytes(16).toString('hex')}`
  const [asked, answered, key, title] = [canary(), canary(), canary(), canary()]
  await using traced = await openTraced({ OPENROUTER_API_KEY: key, OTEL_SERVICE_NAME: 'the-chat' })
  const { receiver, simulator, start } = traced
  const server = await start({ OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b' })
  const { token, userId } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  await peer.call('mutation', 'session.update', { sessionId, title })
  const usage = { promptTokens: 12, completionTokens: 3 }
  simulator.next({ tokens: [answered, ' and ', answered], usage, pace })
  peer.subscribe('session.events', { sessionId })
  const input = query(sessionId, asked)
  await peer.call('mutation', 'agent.query', input)
  await ended(peer, input.id)
  await peer.call('mutation', 'agent.query', input)
  await peer.call('mutation', 'agent.query', { ...input, content: 'something else' })
  await server.stop()

  const ids = traceIdsOf(sessionId, input.id)
  const mine = receiver.spans.filter(({ traceId }) => traceId === ids.traceId)
  const first = mine.find(({ spanId }) => spanId === ids.spanId)
  expect(first).toMatchObject({ name: 'agent.query', parentSpanId: null })
  expect(first?.attributes).toMatchObject({ 'agent_server.repeated': false })
  const below = childrenOf(receiver, first)
  const turn = below.find(({ name }) => name === 'turn')
  expect(below.map((span) => [span.name, events(span)])).toEqual(
    expect.arrayContaining([
      ['append', ['query queued']],
      ['turn', undefined],
      // The same request again is no other query.
      ['agent.query', undefined],
    ]),
  )
  expect(turn?.attributes).toMatchObject({ 'agent_server.outcome': 'stop' })
  const inTurn = childrenOf(receiver, turn)
  const appends = inTurn.filter(({ name }) => name === 'append').map(events)
  expect(appends[0]).toEqual(['status thinking'])
  expect(appends).toContainEqual(['status streaming', 'delta'])
  expect(appends.at(-1)).toEqual(['response', 'status idle'])
  const chat = inTurn.find(({ name }) => name.startsWith('chat '))
  expect(chat?.events).toEqual(['first token'])
  expect(chat?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 12 })
  expect(turn?.durationMs).toBeGreaterThanOrEqual(chat?.durationMs ?? Number.NaN)
  // What was refused has a trace of its own.
  const refused = receiver.spans.find((span) => span.attributes['error.type'] === 'ID_CONFLICT')
  expect(refused?.traceId).not.toBe(ids.traceId)
  expect(receiver.resources[0]).toMatchObject({ 'service.name': 'the-chat' })

  const all = receiver.raw.join('\n')
  expect(all).toContain('/v1/traces')
  expect(all).toContain('"x-tenant":"a b"')
  expect(all).toContain(sessionId)
  for (const secret of [asked, answered, key, title, token, userId])
    expect(all).not.toContain(secret)
  // The model's server is a stranger, unless it is said otherwise.
  expect((await requestOf(simulator)).headers.traceparent).toBeUndefined()
})

test('O6: a turn that another process goes on with is in the same trace, and the model is told where that is wanted', async () => {
  await using folder = await newFolder()
  await using traced = await openTraced({ DATA_DIR: folder.path, TRACE_MODEL_CALLS: 'true' })
  const { receiver, simulator, start } = traced
  const one = await start()
  const { token } = await newGuest(one.url)
  await using peer = await openPeer(one.wsUrl, { token })
  const sessionId = await newSession(peer)
  simulator.next({ tokens: ['One ', 'two.'], hold: 1, pace })
  simulator.always({ tokens: ['Another.'], pace })
  peer.subscribe('session.events', { sessionId })
  const input = query(sessionId, 'Count')
  await peer.call('mutation', 'agent.query', input)
  await peer.until((it) => JSON.stringify(it).includes('"type":"delta"'))
  await one.stop()
  const two = await start()
  await using again = await openPeer(two.wsUrl, { token })
  again.subscribe('session.events', { sessionId })
  await ended(again, input.id)
  await two.stop()

  const ids = traceIdsOf(sessionId, input.id)
  const turns = receiver.spans.filter(
    ({ name, traceId, parentSpanId }) =>
      name === 'turn' && traceId === ids.traceId && parentSpanId === ids.spanId,
  )
  expect(
    turns.map(({ attributes }) => [
      attributes['agent_server.attempt'],
      attributes['agent_server.outcome'],
    ]),
  ).toEqual([
    [1, 'let-go'],
    [2, 'stop'],
  ])
  for (const { headers } of simulator.requests) {
    expect(headers.traceparent).toMatch(new RegExp(`^00-${ids.traceId}-[0-9a-f]{16}-01$`))
  }
  const chats = receiver.spans.filter(({ name }) => name.startsWith('chat '))
  expect(
    simulator.requests.map(({ headers }) => String(headers.traceparent).split('-')[2]),
  ).toEqual(chats.map(({ spanId }) => spanId))
})

test('O8: a receiver that accepts and never answers keeps nobody: answers come, and the stop ends', async () => {
  const held = new Set<Socket>()
  const deaf = createServer((socket) => held.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
  const address = deaf.address()
  const port = typeof address === 'object' ? address?.port : 0
  await using traced = await openTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  const { simulator, start } = traced
  const server = await start()
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  simulator.always({ tokens: ['Here.'], pace })
  peer.subscribe('session.events', { sessionId })
  const input = query(sessionId, 'Are you there?')
  await peer.call('mutation', 'agent.query', input)
  await ended(peer, input.id)
  await server.stop()
  for (const socket of held) socket.destroy()
  deaf.close()
})

test('O8: a receiver that refuses is said in the log, without its words', async () => {
  const refusing = createHttpServer((_, response) => {
    response.writeHead(403).end('the words of a stranger')
  })
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
  const address = refusing.address()
  const port = typeof address === 'object' ? address?.port : 0
  await using traced = await openTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  const server = await traced.start()
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  await peer.call('mutation', 'agent.query', query(sessionId, 'Hello?'))
  await server.stop()
  const log = server.logged.join('\n')
  expect(log).toContain('traces cannot be sent')
  expect(log).not.toContain('stranger')
  refusing.close()
  refusing.closeAllConnections()
})

test('O8: where nothing is traced, none of it is loaded', () => {
  // But for OpenTelemetry's API, which prom-client brings along.
  const compose = fileURLToPath(new URL('../compose.ts', import.meta.url))
  const program = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ load(url, context, next) { seen.push(url); return next(url, context) } })
    await import(${JSON.stringify(compose)})
    console.log(JSON.stringify({ all: seen.length, telemetry: seen.filter((url) => /@opentelemetry.(?!api.)/.test(url) || url.endsWith('/traces/traces.ts')) }))
    process.exit(0)`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  const { all, telemetry } = JSON.parse(said) as { all: number; telemetry: string[] }
  expect(all).toBeGreaterThan(50)
  expect(telemetry).toEqual([])
})
