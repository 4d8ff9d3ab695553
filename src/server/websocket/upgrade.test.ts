/** The upgrade guard, over raw sockets. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { rawRequest, upgradeLines } from '../testing/raw-request.ts'
import { newGuest, openPeer } from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

describe('the upgrade', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await openTestServer({
      env: {
        PORT: '4321',
        MAX_CONNECTIONS: '4',
        MAX_CONNECTIONS_PER_IP: '2',
        TRUST_PROXY: '127.0.0.1',
      },
    })
  })
  afterAll(() => server.close())
  const upgrade = (changes: Parameters<typeof upgradeLines>[0]) =>
    rawRequest(server.port, upgradeLines(changes))

  test.each([
    ['a Host with a space', { host: 'a b' }],
    ['a Host with an impossible port', { host: 'x:99999' }],
    ['a URL without a host', { url: '//' }],
  ])('%s gets 400, and the server lives', async (_, changes) => {
    expect((await upgrade(changes)).status).toBe(400)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('no URL and no Host ends the process: what is not let in is refused', async () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map(String.fromCharCode),
    })
    const url = fc.oneof(
      printable,
      printable.map((rest) => `/${rest}`),
      fc.webUrl(),
    )
    const host = fc.oneof(printable, fc.domain(), fc.string({ unit: 'grapheme-ascii' }))
    await fc.assert(
      fc.asyncProperty(url, host, async (path, name) => {
        const more = ['Origin: http://evil.example']
        const { status } = await upgrade({ url: path, host: name, more })
        expect([400, 403, 404]).toContain(status)
      }),
      { numRuns: 300 },
    )
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test.each(['/', '/ws/', '/wsx', '/trpc/', '/trpc/info', '/trpcx', '/healthz'])(
    'of the unknown path %s gets 404',
    async (url) => {
      expect((await upgrade({ url })).status).toBe(404)
    },
  )

  test.each([
    ['a foreign one', ['Origin: http://evil.example']],
    ['null', ['Origin: null']],
    ['an empty one', ['Origin: ']],
    ['the right one twice', ['Origin: http://localhost:4321', 'Origin: http://localhost:4321']],
    ['another port', ['Origin: http://localhost:4322']],
    ['another scheme', ['Origin: https://localhost:4321']],
    ['a longer name', ['Origin: http://localhost:4321.evil.example']],
    ['a path', ['Origin: http://localhost:4321/']],
  ])('with Origin %s gets 403', async (_, more) => {
    expect((await upgrade({ more })).status).toBe(403)
  })

  test.each(['http://localhost:4321', 'http://127.0.0.1:4321', 'http://[::1]:4321'])(
    'from the web app at %s is let in',
    async (origin) => {
      await using peer = await openPeer(server.wsUrl, { origin })
      expect((await peer.call('query', 'info')).result?.data).toMatchObject({
        agentName: 'agent_websocket',
      })
    },
  )

  test('permessage-deflate is not negotiated', async () => {
    await using peer = await openPeer(server.wsUrl, { perMessageDeflate: true })
    expect(peer.socket.extensions).toBe('')
  })

  test('a broken key gets 400 from ws, and is not counted', async () => {
    const lines = upgradeLines().filter((line) => !line.startsWith('Sec-WebSocket-Key'))
    for (let i = 0; i < 5; i++) expect((await rawRequest(server.port, lines)).status).toBe(400)
  })

  test('another kind of upgrade is answered as HTTP', async () => {
    const lines = ['GET /healthz HTTP/1.1', 'Host: a', 'Connection: Upgrade, close', 'Upgrade: h2c']
    expect((await rawRequest(server.port, lines)).text).toContain('"ok"')
  })

  test('beyond the connections of an address gets 429, beyond those of the server 503', async () => {
    await using _one = await openPeer(server.wsUrl)
    await using two = await openPeer(server.wsUrl)
    expect((await upgrade({})).status).toBe(429)
    const other = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
    await using _three = await openPeer(server.wsUrl, { headers: other })
    await using _four = await openPeer(server.wsUrl, { headers: other })
    const third = ['X-Forwarded-For: 192.0.2.1']
    expect((await upgrade({ more: third })).status).toBe(503)
    two.socket.close()
    await two.closed
    await using again = await openPeer(server.wsUrl, {
      headers: { 'x-forwarded-for': '192.0.2.1' },
    })
    expect(again.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('beyond the connections of a user is closed with 4429', async () => {
    await using small = await openTestServer({ env: { MAX_CONNECTIONS_PER_USER: '1' } })
    const { token } = await newGuest(small.url)
    await using first = await openPeer(small.wsUrl, { token })
    await first.call('query', 'session.list', {})
    await using second = await openPeer(small.wsUrl, { token })
    expect((await second.closed).code).toBe(4429)
    first.socket.close()
    await first.closed
    await using third = await openPeer(small.wsUrl, { token })
    expect((await third.call('query', 'session.list', {})).error).toBeUndefined()
  })

  test('ALLOW_NO_ORIGIN=false refuses who sends none', async () => {
    await using strict = await openTestServer({
      env: { ALLOW_NO_ORIGIN: 'false', ALLOWED_ORIGINS: 'https://chat.example.org' },
    })
    expect((await rawRequest(strict.port, upgradeLines())).status).toBe(403)
    await using peer = await openPeer(strict.wsUrl, { origin: 'https://chat.example.org' })
    expect((await peer.call('query', 'info')).error).toBeUndefined()
  })
})
