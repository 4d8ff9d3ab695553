/** The HTTP side: health, figures, the router over HTTP, server-sent events, CORS. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest } from '../testing/raw-request.ts'
import { newGuest, newSession, openPeer } from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

describe('over HTTP', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await openTestServer({ env: { PORT: '4321', MAX_MESSAGE_BYTES: '2048' } })
    ;({ token } = await newGuest(server.url))
  })
  afterAll(() => server.close())

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}/trpc/${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string> | undefined),
      },
    })
  const post = (path: string, input: unknown) =>
    call(path, { method: 'POST', body: JSON.stringify(input) })

  test('/healthz and /readyz say 200', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  test.each(['/', '/ws', '/nothing', '/trpcx'])('%s is 404, as JSON', async (path) => {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.any(String) })
  })

  test.each([
    ['a broken Host', ['GET /healthz HTTP/1.1', 'Host: a b', 'Connection: close']],
    ['a broken URL', ['GET // HTTP/1.1', 'Host: a', 'Connection: close']],
    ['no Host', ['GET /healthz HTTP/1.1', 'Connection: close']],
  ])('%s is 400', async (_, lines) => {
    expect((await rawRequest(server.port, lines)).status).toBe(400)
  })

  test('/metrics counts connections and subscriptions', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    const id = peer.subscribe('session.events', { sessionId: await newSession(peer) })
    await peer.until((it) => it.id === id && it.result?.type === 'data')
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toMatch(/^agent_server_active_connections\{transport="websocket"\} 1$/m)
    expect(text).toMatch(/^agent_server_active_subscriptions 1$/m)
    expect(text).toMatch(/^agent_server_active_turns 0$/m)
    expect(text).toMatch(/^nodejs_eventloop_delay_p99_seconds \d/m)
  })

  test('queries and mutations work, errors have their status and reason', async () => {
    const created = await post('session.create', { title: 'Over HTTP' })
    expect(created.status).toBe(200)
    const listed = await call(`session.list?input=${encodeURIComponent('{"limit":5}')}`)
    expect(await listed.text()).toContain('Over HTTP')
    const missing = await call(`session.get?input=${encodeURIComponent('{"sessionId":"no"}')}`)
    expect(missing.status).toBe(404)
    expect(await missing.json()).toMatchObject({ error: { data: { reason: 'SESSION_NOT_FOUND' } } })
    const unknown = await post('session.create', { titel: 'x' })
    expect(unknown.status).toBe(400)
    expect(await unknown.json()).toMatchObject({
      error: { data: { reason: 'INVALID_INPUT', fields: { titel: expect.any(String) } } },
    })
  })

  test('content that is too long gets INVALID_INPUT, a body that is far too long 413', async () => {
    const created = (await (await post('session.create', {})).json()) as {
      result: { data: { sessionId: string } }
    }
    const { sessionId } = created.result.data
    const tooLong = { sessionId, id: randomUUID(), content: 'x'.repeat(2049) }
    const refused = await post('agent.query', tooLong)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { data: { reason: 'INVALID_INPUT' } } })
    expect((await post('agent.query', { content: 'x'.repeat(100_000) })).status).toBe(413)
  })

  test('a page of the web app may call, preflight included', async () => {
    const origin = 'http://localhost:4321'
    const preflight = await call('session.list', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,last-event-id',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('last-event-id')
    const called = await call('info', { headers: { origin } })
    expect(called.headers.get('access-control-allow-origin')).toBe(origin)
    expect(called.headers.get('vary')).toContain('origin')
  })

  test.each(['http://evil.example', 'null'])('a page of %s may not', async (origin) => {
    const called = await call('info', { headers: { origin } })
    expect(called.status).toBe(403)
    expect(called.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = { origin, 'access-control-request-method': 'POST' }
    expect((await call('info', { method: 'OPTIONS', headers: preflight })).status).toBe(403)
  })

  test('G2: server-sent events resume after the last id', async () => {
    const { url } = server
    await using peer = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(peer)
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const stream = async (headers: Record<string, string>) => {
      const stop = new AbortController()
      const response = await fetch(`${url}/trpc/session.events?input=${input}`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
        signal: stop.signal,
      })
      expect(response.headers.get('content-type')).toContain('text/event-stream')
      if (!response.body) throw new Error('no body')
      let seen = ''
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        seen += text
        const ids = [...seen.matchAll(/^id: (.+)$/gm)].map(([, id]) => id ?? '')
        if (ids.length > 0) {
          stop.abort()
          return ids
        }
      }
      throw new Error('the stream ended')
    }
    const [first = ''] = await stream({})
    expect(first).toMatch(/-1$/)
    await peer.call('mutation', 'session.update', { sessionId, title: 'New title' })
    const [next] = await stream({ 'last-event-id': first })
    expect(next).toMatch(/-2$/)
  })

  test('streams count against the connections of a user', async () => {
    await using small = await openTestServer({ env: { MAX_CONNECTIONS_PER_USER: '1' } })
    const guest = await newGuest(small.url)
    await using peer = await openPeer(small.wsUrl, { token: guest.token })
    const sessionId = await newSession(peer)
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const stream = await fetch(`${small.url}/trpc/session.events?input=${input}`, {
      headers: { authorization: `Bearer ${guest.token}` },
    })
    expect(await stream.text()).toContain('RATE_LIMITED')
  })
})
