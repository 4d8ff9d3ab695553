/** What a WebSocket may do, and what ends it. Contract section 6, "at the socket". */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newGuest, newSession, openPeer, type SocketPeer } from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

/** A client's frame: masked with noughts, so that its payload stands as it is. */
function clientFrame(opcode: number, payload: Buffer, firstByte = 0x80): Buffer {
  return Buffer.concat([
    Buffer.from([firstByte | opcode, 0x80 | payload.length, 0, 0, 0, 0]),
    payload,
  ])
}

/** The same, of 126 bytes or more. */
function longFrame(payload: Buffer): Buffer {
  const length = [payload.length >> 8, payload.length & 255]
  return Buffer.concat([Buffer.from([0x81, 0xfe, ...length, 0, 0, 0, 0]), payload])
}

describe('frames', () => {
  const maxMessageBytes = 2048
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await openTestServer({
      env: { MAX_MESSAGE_BYTES: String(maxMessageBytes), MESSAGES_PER_SECOND: '20' },
    })
    ;({ token } = await newGuest(server.url))
  })
  afterAll(() => server.close())

  const bytes = (peer: SocketPeer, frame: Buffer) => {
    // The socket below the client's: `ws` sends no broken frames.
    const { _socket: net } = peer.socket as unknown as { _socket: { write(data: Buffer): void } }
    net.write(frame)
  }

  test('a frame that is too big ends in 1009', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    peer.send('x'.repeat(maxMessageBytes + 1))
    expect((await peer.closed).code).toBe(1009)
  })

  test('a call whose input is too big ends in 1009', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    const input = { padding: 'x'.repeat(maxMessageBytes) }
    peer.send({ id: 1, method: 'query', params: { path: 'info', input } })
    expect((await peer.closed).code).toBe(1009)
  })

  test('a call whose content is too long ends in 1009', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    const input = { sessionId: 's', id: randomUUID(), content: 'x'.repeat(maxMessageBytes + 1) }
    peer.send({ id: 1, method: 'mutation', params: { path: 'agent.query', input } })
    expect((await peer.closed).code).toBe(1009)
  })

  test.each([
    ['plain', 'x'.repeat(maxMessageBytes)],
    ['of quotes, which JSON doubles', '"'.repeat(maxMessageBytes)],
    ['of control characters, which JSON writes with six', '\u0001'.repeat(maxMessageBytes)],
    ['of many bytes a character', '😀'.repeat(maxMessageBytes / 4)],
  ])('content of the full length goes through: %s', async (_, content) => {
    await using peer = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(peer)
    const answer = await peer.call('mutation', 'agent.query', {
      sessionId,
      id: randomUUID(),
      content,
    })
    expect(answer.error).toBeUndefined()
  })

  test('several long messages that an outbox sends at once go through', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(peer)
    const ids = [11, 12, 13]
    peer.send(
      ids.map((id) => ({
        id,
        method: 'mutation',
        params: {
          path: 'agent.query',
          input: { sessionId, id: randomUUID(), content: 'x'.repeat(maxMessageBytes) },
        },
      })),
    )
    for (const id of ids) expect((await peer.until((it) => it.id === id)).error).toBeUndefined()
  })

  test('what a peer sent before it was gone is done, all of it', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    await using other = await openPeer(server.wsUrl, { token })
    const title = randomUUID()
    const calls = Array.from({ length: 5 }, (_, index) => ({
      id: index,
      method: 'mutation',
      params: { path: 'session.create', input: { id: randomUUID(), title } },
    }))
    await peer.call('query', 'info')
    const { _socket: net } = peer.socket as unknown as { _socket: { end(data: Buffer): void } }
    net.end(Buffer.concat(calls.map((call) => longFrame(Buffer.from(JSON.stringify(call))))))
    const found = async () => {
      const list = await other.call('query', 'session.list', { search: title })
      return JSON.stringify(list.result?.data ?? '').split(title).length - 1
    }
    await expect.poll(found, { timeout: 20_000, interval: 100 }).toBe(5)
  })

  test('a broken frame ends in 1002', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    bytes(peer, clientFrame(1, Buffer.from('hi'), 0xf0))
    expect((await peer.closed).code).toBe(1002)
  })

  test('invalid UTF-8 ends in 1007', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    bytes(peer, clientFrame(1, Buffer.from([0xc3, 0x28])))
    expect((await peer.closed).code).toBe(1007)
  })

  test('what is not JSON gets a parse error, over and over 1008', async () => {
    await using peer = await openPeer(server.wsUrl)
    peer.send('{ not json')
    const refusal = await peer.until((it) => it.id === null)
    expect(refusal.error).toMatchObject({ data: { code: 'PARSE_ERROR' } })
    expect(JSON.stringify(refusal)).not.toContain('not json')
    expect((await peer.call('query', 'info')).error).toBeUndefined()
    for (let i = 0; i < 10; i++) peer.send(i % 2 ? '[]]' : '{"id":3}')
    expect((await peer.closed).code).toBe(1008)
  })

  test('a binary frame gets a parse error', async () => {
    await using peer = await openPeer(server.wsUrl)
    peer.socket.send(randomBytes(16))
    expect((await peer.until((it) => it.id === null)).error?.data).toMatchObject({
      code: 'PARSE_ERROR',
    })
  })

  test('frames over the rate are refused, again and again 4429', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    for (let id = 1; id <= 25; id++) peer.send({ id, method: 'query', params: { path: 'info' } })
    const refused = await peer.until((it) => it.error !== undefined)
    expect(refused.error?.data).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      reason: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number),
    })
    for (let id = 26; id <= 60; id++) peer.send({ id, method: 'query', params: { path: 'info' } })
    expect((await peer.closed).code).toBe(4429)
  })

  test('pings count as frames: a flood of them ends in 4429', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    for (let i = 0; i < 50; i++) peer.socket.ping()
    expect((await peer.closed).code).toBe(4429)
  })

  test('a batch beyond the limit is refused call by call', async () => {
    await using peer = await openPeer(server.wsUrl, { token })
    peer.send(
      Array.from({ length: 101 }, (_, id) => ({ id, method: 'query', params: { path: 'x' } })),
    )
    expect((await peer.until((it) => it.id === 100)).error?.data).toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})

describe('subscriptions', () => {
  test('beyond the limit of a connection are refused, and there is room when one ends', async () => {
    await using server = await openTestServer({ env: { MAX_SUBSCRIPTIONS_PER_CONNECTION: '2' } })
    const { token } = await newGuest(server.url)
    await using peer = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(peer)
    const started = (id: number) =>
      peer.until((it) => it.id === id && (it.result?.type === 'started' || Boolean(it.error)))
    const first = peer.subscribe('session.events', { sessionId })
    await started(first)
    expect((await started(peer.subscribe('session.events', { sessionId }))).error).toBeUndefined()
    const third = await started(peer.subscribe('session.events', { sessionId }))
    expect(third.error?.data).toMatchObject({ reason: 'RATE_LIMITED' })
    peer.send({ id: first, method: 'subscription.stop' })
    await peer.until((it) => it.id === first && it.result?.type === 'stopped')
    expect((await started(peer.subscribe('session.events', { sessionId }))).error).toBeUndefined()
  })
})

describe('signs of life', () => {
  const timings = { pingMs: 40, pongWaitMs: 200, sweepMs: 10 }

  test('a peer that does not answer pings is cut off', async () => {
    await using server = await openTestServer({ timings })
    await using peer = await openPeer(server.wsUrl, { autoPong: false })
    expect((await peer.closed).code).toBe(1006)
  })

  test('a peer that does stays', async () => {
    await using server = await openTestServer({ timings })
    await using peer = await openPeer(server.wsUrl)
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => {
        peer.socket.once('ping', resolve)
      })
    }
    expect((await peer.call('query', 'info')).error).toBeUndefined()
  })
})
