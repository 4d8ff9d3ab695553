/**
 * The server behind nginx and HAProxy, with the configurations of `deploy/` as they are shipped. The proxies are
 * real ones; the agent servers are in this process, where a test can hold their clocks still.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { openSimulator, type Simulator } from '../src/server/simulator/simulator.ts'
import { metric } from '../src/server/testing/metric.ts'
import { type Frame, newGuest, newSession, openPeer } from '../src/server/testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../src/server/testing/test-server.ts'
import { Child, root } from './harness/child.ts'
import { freePort } from './harness/ports.ts'
import {
  type ProxyName,
  type ProxyProcess,
  proxyNames,
  startProxy,
} from './harness/proxy-process.ts'
import { openTls, tlsRequest } from './harness/tls-request.ts'

const forwardSecret = 'the-web-app-is-known-by-this-one'
const silenceMs = 90_000
/** Nothing that only keeps a connection awake: what lives through the silence lives by the proxy's leave. */
const silent = { pingMs: 3_600_000 }

interface Stage {
  proxy: ProxyProcess
  server: TestServer
  simulator: Simulator
  webPort: number
  /** Of the router, as browsers reach it. */
  wsUrl: string
}

async function openStage(name: ProxyName): Promise<Stage & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const simulator = await openSimulator({})
  opened.defer(() => simulator.close())
  const [port, webPort] = [await freePort(), await freePort()]
  const server = await openTestServer({
    env: {
      OPENROUTER_BASE_URL: simulator.url,
      ALLOWED_ORIGINS: `https://127.0.0.1:${port}`,
      TRUST_PROXY: '127.0.0.1',
      FORWARD_SECRET: forwardSecret,
      MAX_CONNECTIONS_PER_IP: '3',
      // The model's silence is not what is tried here.
      UPSTREAM_IDLE_TIMEOUT: '600',
      UPSTREAM_FIRST_TOKEN_TIMEOUT: '600',
    },
    timings: silent,
  })
  opened.use(server)
  const proxy = opened.use(await startProxy(name, { agents: [server.port], web: webPort, port }))
  const rest = opened.move()
  const wsUrl = `wss://127.0.0.1:${port}/trpc`
  const dispose = () => rest.disposeAsync()
  return { proxy, server, simulator, webPort, wsUrl, [Symbol.asyncDispose]: dispose }
}

const event = z.looseObject({
  type: z.string(),
  content: z.string(),
  replyTo: z.string().optional(),
})
const tracked = z.object({ id: z.string(), data: event })
type Event = z.infer<typeof event>

function eventOf({ result }: Frame): Event | null {
  const read = tracked.safeParse(result?.data)
  return read.success ? read.data.data : null
}
const isEvent = (type: string, replyTo?: string) => (frame: Frame) => {
  const found = eventOf(frame)
  return found?.type === type && (replyTo === undefined || found.replyTo === replyTo)
}

/** Through this proxy, from an address of this machine's own: each is another visitor. */
let visitors = 1
const newVisitor = () => `127.0.1.${++visitors}`

describe.each(proxyNames)('behind %s', (name) => {
  let stage: Stage & AsyncDisposable
  beforeAll(async () => {
    stage = await openStage(name)
  })
  afterAll(() => stage?.[Symbol.asyncDispose]())

  const as = (localAddress: string, headers: Record<string, string> = {}) => ({
    ca: stage.proxy.ca,
    localAddress,
    headers,
  })

  test('D1: the page, its token, a WebSocket and server-sent events come over one address, with TLS', async () => {
    const { proxy, simulator, webPort, server } = stage
    await using _web = await startWeb(webPort, { agentPort: server.port, publicUrl: proxy.url })
    const visitor = as(newVisitor())
    const page = await tlsRequest(`${proxy.url}/`, visitor)
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain(`wss://127.0.0.1:${proxy.port}`)
    expect(page.headers['strict-transport-security']).toContain('max-age=')

    const headers = { origin: proxy.url, 'content-type': 'application/json' }
    const connect = await tlsRequest(`${proxy.url}/api/connect`, {
      ...visitor,
      method: 'POST',
      headers,
      body: '{}',
    })
    expect([connect.status, connect.body]).toEqual([200, expect.stringContaining('"token"')])
    expect(String(connect.headers['set-cookie'])).toContain('Secure')
    const { url, token } = z
      .object({ url: z.string(), token: z.string() })
      .parse(JSON.parse(connect.body))
    expect(url).toBe(stage.wsUrl)

    await using peer = await openPeer(url, {
      ...as(visitor.localAddress, { origin: proxy.url }),
      token,
    })
    const sessionId = await newSession(peer)
    simulator.next({ tokens: ['one ', 'two'], pace: { firstTokenMs: 0 } })
    peer.subscribe('session.events', { sessionId })
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const stream = await openTls(`${proxy.url}/trpc/session.events?input=${input}`, {
      ...visitor,
      headers: { authorization: `Bearer ${token}` },
    })
    const streamed = textUntil(stream, /"type":"response"/)
    streamed.catch(() => undefined)
    await peer.call('mutation', 'agent.query', {
      sessionId,
      id: crypto.randomUUID(),
      content: 'Go',
    })
    expect(eventOf(await peer.until(isEvent('response')))?.content).toBe('one two')
    expect(await streamed).toContain('one two')
    stream.destroy()
  })

  test('D1: who comes without TLS is sent on', async () => {
    const { proxy } = stage
    const url = `http://127.0.0.1:${proxy.plainPort}/s/abc?x=1`
    const { status, headers } = await fetch(url, { redirect: 'manual' })
    const to = URL.parse(headers.get('location') ?? '')
    expect([status, to?.protocol, to?.pathname, to?.search]).toEqual([
      301,
      'https:',
      '/s/abc',
      '?x=1',
    ])
  })

  test('D3: limits count the visitor, and nothing that a visitor says counts', async () => {
    const { wsUrl } = stage
    const [one, other] = [newVisitor(), newVisitor()]
    await using open = new AsyncDisposableStack()
    for (let nth = 0; nth < 3; nth++) open.use(await openPeer(wsUrl, as(one)))
    await expect(openPeer(wsUrl, as(one))).rejects.toThrow('429')
    const claims = as(one, { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' })
    await expect(openPeer(wsUrl, claims)).rejects.toThrow('429')
    open.use(await openPeer(wsUrl, as(other)))
  })

  test.each<[string, number, { path?: string; headers?: Record<string, string> }]>([
    ['a foreign Origin', 403, { headers: { origin: 'https://evil.example' } }],
    ['the Origin null', 403, { headers: { origin: 'null' } }],
    ['a path that is none', 404, { path: '/nothing' }],
  ])('D4: %s is answered %i through the proxy', async (_, status, { path = '', headers }) => {
    const refused = openPeer(stage.wsUrl + path, as(newVisitor(), headers))
    await expect(refused).rejects.toThrow(String(status))
  })

  test.each(['/metrics', '/healthz', '/readyz', '/trpcx'])(
    'D4: %s does not come through',
    async (path) => {
      const { proxy, server } = stage
      // Nobody is behind the page's address now: what comes through comes from the agent server.
      expect((await tlsRequest(proxy.url + path, as(newVisitor()))).status).toBeGreaterThanOrEqual(
        502,
      )
      expect((await fetch(server.url + path)).status).toBe(path === '/trpcx' ? 404 : 200)
    },
  )

  test('D4: a connection without a valid token is closed with 4401, and the reason comes through', async () => {
    const socket = new WebSocket(`${stage.wsUrl}?connectionParams=1`, as(newVisitor()))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.once('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token: 'nonsense' } }))
    })
    expect(await closed).toBe(4401)
  })

  test('D5: a slow reader holds a fixed amount, does not hold up the others, and gets everything', async () => {
    const { wsUrl, server, simulator } = stage
    const answers = 16
    const tokens = Array.from({ length: 1000 }, () => 'x'.repeat(999).concat('\n'))
    const { token } = await newGuest(server.url)
    await using reader = await openPeer(wsUrl, { ...as(newVisitor()), token })
    await using stuck = await openPeer(wsUrl, { ...as(newVisitor()), token })
    const sessionId = await newSession(reader)
    reader.subscribe('session.events', { sessionId })
    const id = stuck.subscribe('session.events', { sessionId })
    await stuck.until((it) => it.id === id && it.result?.type === 'started')
    stuck.socket.pause()
    let last = ''
    for (let nth = 0; nth < answers; nth++) {
      simulator.next({ tokens, pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
      last = crypto.randomUUID()
      await reader.call('mutation', 'agent.query', { sessionId, id: last, content: 'Go' })
      await reader.until(isEvent('response', last))
    }
    const held = await metric(server.url, 'agent_server_buffered_bytes')
    expect(held).toBeLessThan(64 * 1024 + 1.2 * 1024 * 1024)
    stuck.socket.resume()
    await stuck.until(isEvent('response', last))
    const whole = stuck.frames
      .flatMap((it) => eventOf(it) ?? [])
      .filter(({ type }) => type === 'response')
    expect(whole.map(({ content }) => content.length)).toEqual(Array(answers).fill(1_000_000))
  })
})

test('D2: streams on which nothing is said for 90 s live on, behind each proxy', async () => {
  const waits = proxyNames.map(async (name) => {
    await using stage = await openStage(name)
    const { proxy, server, simulator, wsUrl } = stage
    const { token } = await newGuest(server.url)
    await using peer = await openPeer(wsUrl, { ca: proxy.ca, token })
    const sessionId = await newSession(peer)
    simulator.next({ tokens: ['one ', 'two'], hold: 1, pace: { firstTokenMs: 0 } })
    peer.subscribe('session.events', { sessionId })
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const headers = { authorization: `Bearer ${token}` }
    const url = `${proxy.url}/trpc/session.events?input=${input}`
    const stream = await openTls(url, { ca: proxy.ca, headers })
    const streamed = textUntil(stream, /"type":"response"/)
    streamed.catch(() => undefined)
    await peer.call('mutation', 'agent.query', {
      sessionId,
      id: crypto.randomUUID(),
      content: 'Go',
    })
    await peer.until(isEvent('delta'))
    const frames = peer.frames.length
    await new Promise((resolve) => setTimeout(resolve, silenceMs))
    expect(peer.frames.slice(frames)).toEqual([])
    ;(await simulator.waitForRequest(1)).release()
    expect(eventOf(await peer.until(isEvent('response')))?.content).toBe('one two')
    expect(await streamed).toContain('one two')
    stream.destroy()
  })
  await Promise.all(waits)
})

test.each(proxyNames)(
  'W7: behind %s, who comes while one server stops is led to another',
  async (name) => {
    const simulator = await openSimulator({})
    await using _simulator = { [Symbol.asyncDispose]: () => simulator.close() }
    simulator.always({ tokens: ['one ', 'two'], hold: 1, pace: { firstTokenMs: 0 } })
    const secret = 'a secret that both servers have, long enough'
    const env = {
      OPENROUTER_BASE_URL: simulator.url,
      DRAIN_TIMEOUT: '600',
      AUTH_SECRET: secret,
      AGENT_NAME: 'stopping',
    }
    await using stopping = await openTestServer({ env })
    await using staying = await openTestServer({ env: { ...env, AGENT_NAME: 'staying' } })
    const agents = [stopping.port, staying.port]
    await using proxy = await startProxy(name, { agents, web: await freePort() })
    const { token } = await newGuest(stopping.url)
    await using peer = await openPeer(stopping.wsUrl, { token })
    const sessionId = await newSession(peer)
    peer.subscribe('session.events', { sessionId })
    await peer.call('mutation', 'agent.query', {
      sessionId,
      id: crypto.randomUUID(),
      content: 'Go',
    })
    await peer.until(isEvent('delta'))
    const stopped = stopping.stop()
    expect((await fetch(`${stopping.url}/readyz`)).status).toBe(503)
    const names = new Set<unknown>()
    for (let nth = 0; nth < 8; nth++) {
      await using visitor = await openPeer(`wss://127.0.0.1:${proxy.port}/trpc`, { ca: proxy.ca })
      const info = await visitor.call('query', 'info')
      names.add(z.looseObject({ agentName: z.string() }).parse(info.result?.data).agentName)
    }
    expect([...names]).toEqual(['staying'])
    ;(await simulator.waitForRequest(1)).release()
    await stopped
  },
)

async function startWeb(
  port: number,
  { agentPort, publicUrl }: { agentPort: number; publicUrl: string },
): Promise<Child> {
  const start = ['--import', './scripts/require-node.mjs', join(root, 'scripts/start.ts'), 'web']
  const web = new Child(start, {
    PORT: String(port),
    AGENT_PORT: String(agentPort),
    PUBLIC_AGENT_URL: publicUrl,
    FORWARD_SECRET: forwardSecret,
    OPENROUTER_API_KEY: '',
    OPENROUTER_BASE_URL: '',
  })
  try {
    await web.said('stdout', /Ctrl-C stops it\./)
  } catch (cause) {
    await web.kill()
    throw cause
  }
  return web
}

/** What came until it matches; rejects where the stream ends before. */
async function textUntil(stream: AsyncIterable<Buffer>, pattern: RegExp): Promise<string> {
  let all = ''
  for await (const piece of stream) {
    all += piece.toString()
    if (pattern.test(all)) return all
  }
  throw new Error(`the stream ended without ${pattern}: ${all.slice(-500)}`)
}
