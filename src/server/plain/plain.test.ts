/** `/ws`: who one is, which session one talks in, and what is answered to each frame. Contract section 7. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlainPeer, type PlainFrame } from '../testing/plain-peer.ts'
import { newGuest, newSession, openPeer } from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  // Who names itself in its first frame has all the time of a slow machine.
  const env = { MAX_CONNECTIONS_PER_IP: '1000', QUERIES_PER_MINUTE: '1000' }
  server = await openTestServer({ env, timings: { guestAfterMs: 60_000 } })
})
afterAll(() => server.close())

const isLogged = (frame: PlainFrame) => frame.seq !== undefined
const hello = { type: 'query', content: 'Hello' }

/** A guest who has said something, so that it has a session. */
async function openGuest() {
  const peer = await openPlainPeer(server.wsUrl)
  peer.send({ type: 'command', name: 'clear' })
  const { token = '', identity = '', userId = '', sessionId = '' } = await peer.ofType('auth')
  return { peer, token, identity, userId, sessionId }
}

describe('who one is', () => {
  test('J1: the first frame is the welcome, the next says who the guest is; neither token is in the log', async () => {
    const { peer, token, identity, sessionId } = await openGuest()
    await using _peer = peer
    await peer.ofType('ack')
    const [first, second] = peer.frames
    expect(first).toMatchObject({ type: 'notification', seq: 1, sessionId })
    expect(first?.content).toBe(`Connected to Agent WebSocket. Session ID: ${sessionId}`)
    expect(second).toMatchObject({ type: 'auth', sessionId })
    expect(second).not.toHaveProperty('seq')
    expect(second).not.toHaveProperty('id')
    const logged = JSON.stringify(peer.frames.filter(isLogged))
    expect(logged).not.toContain(token)
    expect(logged).not.toContain(identity)
    expect(server.logged.join('\n')).not.toContain(token)
  })

  test('J1: who says nothing is a guest after a moment', async () => {
    await using hasty = await openTestServer({ timings: { guestAfterMs: 1 } })
    await using peer = await openPlainPeer(hasty.wsUrl)
    expect(await peer.until(isLogged)).toMatchObject({ type: 'notification', seq: 1 })
    expect((await peer.ofType('auth')).userId).toMatch(/^guest-/)
  })

  test('J2: a token in the header names a user, and a new session is the user’s', async () => {
    const { token } = await newGuest(server.url)
    await using peer = await openPlainPeer(server.wsUrl, { token })
    const { sessionId } = await peer.until(isLogged)
    await using trpc = await openPeer(server.wsUrl, { token })
    const answer = await trpc.call('query', 'session.get', { sessionId })
    expect(answer.result?.data).toMatchObject({ sessionId })
    expect(peer.frames.map((it) => it.type)).toEqual(['notification'])
  })

  test('J2: a token in the first frame does too, and is answered after the welcome', async () => {
    const { token, userId } = await newGuest(server.url)
    await using peer = await openPlainPeer(server.wsUrl)
    peer.send({ type: 'auth', token })
    const reply = await peer.ofType('auth')
    expect(reply).toMatchObject({ userId })
    expect(reply).not.toHaveProperty('token')
    expect(peer.frames.map((it) => it.type)).toEqual(['notification', 'auth'])
  })

  test('J2: a guest that was made before the token came gives way, with its session', async () => {
    await using hasty = await openTestServer({ timings: { guestAfterMs: 1 } })
    const { token, userId } = await newGuest(hasty.url)
    await using peer = await openPlainPeer(hasty.wsUrl)
    const made = await peer.ofType('auth')
    peer.send({ type: 'auth', token })
    const reply = await peer.until((it) => it.type === 'auth' && it.userId === userId)
    expect(reply.sessionId).not.toBe(made.sessionId)
    await using guest = await openPeer(hasty.wsUrl, { token: made.token ?? '' })
    const answer = await guest.call('query', 'session.list', {})
    expect(answer.result?.data).toMatchObject({ items: [] })
    peer.send({ type: 'command', content: '/clear' })
    expect((await peer.ofType('ack')).sessionId).toBe(reply.sessionId)
  })

  test('J2: who has asked for something is not somebody else any more', async () => {
    const { peer, userId } = await openGuest()
    await using _peer = peer
    const other = await newGuest(server.url)
    peer.send({ type: 'auth', token: other.token })
    expect(await peer.ofType('error')).toMatchObject({ code: 'BAD_TOKEN' })
    peer.send({ type: 'command', content: '/help' })
    await peer.until((it) => it.type === 'ack' && it.content.includes('/cancel'))
    expect(peer.frames.filter((it) => it.type === 'auth').map((it) => it.userId)).toEqual([userId])
  })

  test('J2: a fresh token, or a guest’s identity, prolongs the connection', async () => {
    const { peer, identity, token, userId } = await openGuest()
    await using _peer = peer
    peer.send({ type: 'auth', token })
    await peer.until((it) => it.type === 'auth' && it.content === 'Signed in')
    peer.send({ type: 'auth', identity })
    const fresh = await peer.until((it) => it.type === 'auth' && (it.identity ?? '') !== identity)
    expect(fresh.userId).toBe(userId)
  })

  test.each([
    ['in the header', (token: string) => openPlainPeer(server.wsUrl, { token })],
    [
      'in a frame',
      async (token: string) => {
        const peer = await openPlainPeer(server.wsUrl)
        peer.send({ type: 'auth', token })
        return peer
      },
    ],
  ])('J2: a bad token %s is said, and makes no guest', async (_, open) => {
    await using peer = await open('not.a.token')
    expect(await peer.ofType('error')).toMatchObject({ code: 'BAD_TOKEN', retryable: false })
    peer.send(hello)
    await peer.until((it) => it.code === 'BAD_TOKEN' && it.requestId !== undefined)
    expect(peer.frames.filter(isLogged)).toEqual([])
    const { token, userId } = await newGuest(server.url)
    peer.send({ type: 'auth', token })
    expect(await peer.ofType('auth')).toMatchObject({ userId })
  })

  test('J2: without a valid token it is closed with 4401 at its time', async () => {
    let now = Date.now()
    await using strict = await openTestServer({ timings: { sweepMs: 5 }, now: () => now })
    await using bad = await openPlainPeer(strict.wsUrl, { token: 'not.a.token' })
    await using none = await openPlainPeer(strict.wsUrl, { query: '?session=abc' })
    await bad.ofType('error')
    now += 10_000
    expect(await bad.closed).toEqual({ code: 4401, reason: 'BAD_TOKEN' })
    expect(await none.closed).toEqual({ code: 4401, reason: 'NO_TOKEN' })
  })

  test('J2: its token’s end closes it with 4401, with no event after it', async () => {
    let now = Date.now()
    await using strict = await openTestServer({ timings: { sweepMs: 5 }, now: () => now })
    const { token } = await newGuest(strict.url)
    await using peer = await openPlainPeer(strict.wsUrl, { token })
    await peer.until(isLogged)
    now += 2 * 60 * 60_000
    expect(await peer.closed).toEqual({ code: 4401, reason: 'TOKEN_EXPIRED' })
  })
})

describe('coming back', () => {
  test('J3: with the last id comes what was missed, and nothing else', async () => {
    const { peer, token, sessionId } = await openGuest()
    const cleared = await peer.until((it) => it.type === 'command')
    await peer[Symbol.asyncDispose]()
    await using trpc = await openPeer(server.wsUrl, { token })
    const command = { sessionId, id: randomUUID(), name: 'clear' }
    await trpc.call('mutation', 'agent.command', command)
    const query = `?session=${sessionId}&last_event_id=${cleared.id}`
    await using back = await openPlainPeer(server.wsUrl, { token, query })
    await back.until(isLogged)
    expect(back.frames.map((it) => it.seq)).toEqual([(cleared.seq ?? 0) + 1])
  })

  test('J3: with the session alone comes its log, the welcome first', async () => {
    const { peer, token, sessionId } = await openGuest()
    await peer.ofType('command')
    await peer[Symbol.asyncDispose]()
    await using back = await openPlainPeer(server.wsUrl, { query: `?session=${sessionId}` })
    back.send({ type: 'auth', token })
    await back.ofType('command')
    expect(back.frames.filter(isLogged).map((it) => it.seq)).toEqual([1, 2])
  })

  test('J3: where nothing was missed, who names itself in a frame is answered at once', async () => {
    const { peer, identity, sessionId } = await openGuest()
    const { id } = await peer.ofType('command')
    await peer[Symbol.asyncDispose]()
    const query = `?session=${sessionId}&last_event_id=${id}`
    await using back = await openPlainPeer(server.wsUrl, { query })
    back.send({ type: 'auth', identity })
    expect(await back.ofType('auth')).toMatchObject({ sessionId })
    expect(back.frames).toHaveLength(1)
  })

  test('G8: a cursor that cannot be honoured gets reset, then everything', async () => {
    const { token } = await newGuest(server.url)
    await using trpc = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(trpc)
    const query = `?session=${sessionId}&last_event_id=nonsense`
    await using peer = await openPlainPeer(server.wsUrl, { token, query })
    await peer.ofType('notification')
    expect(peer.frames.map((it) => it.type)).toEqual(['reset', 'notification'])
  })

  test('G11: another’s session answers as one that does not exist, and ends in 4404', async () => {
    const { peer, sessionId } = await openGuest()
    await using _peer = peer
    const { token } = await newGuest(server.url)
    const ends: { end: unknown; frames: unknown }[] = []
    for (const session of [sessionId, '0'.repeat(40)]) {
      await using other = await openPlainPeer(server.wsUrl, { token, query: `?session=${session}` })
      const end = await other.closed
      ends.push({ end, frames: other.frames.map(({ timestamp: _, ...rest }) => rest) })
    }
    expect(ends[0]).toEqual(ends[1])
    expect(ends[0]).toMatchObject({
      end: { code: 4404, reason: 'SESSION_NOT_FOUND' },
      frames: [{ type: 'error', code: 'SESSION_NOT_FOUND' }],
    })
  })

  test('J3: a session that is deleted ends in 4404', async () => {
    const { peer, token, sessionId } = await openGuest()
    await using _peer = peer
    await using trpc = await openPeer(server.wsUrl, { token })
    await trpc.call('mutation', 'session.delete', { sessionId })
    expect((await peer.closed).code).toBe(4404)
  })

  test('J3: an id without its session is refused by its name', async () => {
    const { token } = await newGuest(server.url)
    await using peer = await openPlainPeer(server.wsUrl, { token, query: '?last_event_id=e-1' })
    expect((await peer.closed).code).toBe(1008)
    expect(peer.frames[0]?.fields).toHaveProperty('session')
  })
})

describe('frames', () => {
  const rating = { type: 'feedback', messageId: 'x' }
  test.each<[string, unknown, string]>([
    ['what is not JSON', 'Hello', 'input'],
    ['a list', '[]', 'input'],
    ['a text', '"Hello"', 'input'],
    ['no type', { content: 'Hello' }, 'type'],
    ['a type of the server’s', { type: 'notification', content: 'Hello' }, 'type'],
    ['a prototype’s name as type', { type: 'constructor', content: 'Hello' }, 'type'],
    ['no content', { type: 'query' }, 'content'],
    ['an empty content', { type: 'query', content: ' ' }, 'content'],
    ['an unknown field', { ...hello, role: 'system' }, 'role'],
    ['the session of a frame', { ...hello, sessionId: 'abc' }, 'sessionId'],
    ['__proto__', `{"__proto__":{},"type":"query","content":"Hello"}`, '__proto__'],
    ['half a character', { ...hello, content: '\ud83d' }, 'content'],
    ['a depth of 1,000', `{"type":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'input'],
    ['an id that is none', { ...hello, id: '7' }, 'id'],
    ['a priority that is none', { ...hello, priority: 'urgent' }, 'priority'],
    ['an unknown command', { type: 'command', content: '/dance' }, 'name'],
    ['a command without a name', { type: 'command' }, 'content'],
    ['a model that there is not', { type: 'command', content: '/model no/such' }, 'model'],
    ['feedback without a rating', { ...rating, content: 'Nice.' }, 'rating'],
    ['two ways to be somebody', { type: 'auth', token: 'a', identity: 'b' }, 'token'],
  ])(
    'J4: %s is an error that is not in the log, and the connection goes on',
    async (_, message, field) => {
      const { token } = await newGuest(server.url)
      await using peer = await openPlainPeer(server.wsUrl, { token })
      peer.send(message)
      const error = await peer.ofType('error')
      expect(error).toMatchObject({ code: 'INVALID_INPUT', retryable: false })
      expect(Object.keys(error.fields ?? {}).join()).toContain(field)
      expect(error).not.toHaveProperty('seq')
      expect(error).not.toHaveProperty('id')
      peer.send({ type: 'command', content: '/clear' })
      const { seq } = await peer.ofType('command')
      expect(seq).toBe(2)
    },
  )

  test('J4: a binary frame too, and the first frame of a guest comes after the welcome', async () => {
    await using peer = await openPlainPeer(server.wsUrl)
    peer.socket.send(Buffer.from(JSON.stringify(hello)))
    expect(await peer.ofType('error')).toMatchObject({ code: 'INVALID_INPUT' })
    expect(peer.frames.map((it) => it.type)).toEqual(['notification', 'auth', 'error'])
  })

  test('J4: the error names the request', async () => {
    const { peer } = await openGuest()
    await using _peer = peer
    peer.send({ ...hello, id: 'seven', role: 'system' })
    expect((await peer.ofType('error')).requestId).toBe('seven')
  })

  test('W4: what is not JSON over and over ends in 1008', async () => {
    const { peer } = await openGuest()
    await using _peer = peer
    for (let i = 0; i < 12; i++) peer.send('not JSON')
    expect((await peer.closed).code).toBe(1008)
  })

  test('J5: an id counts once, over sockets and transports; with another body it is a conflict', async () => {
    const { peer, token, sessionId } = await openGuest()
    await using _peer = peer
    const id = randomUUID()
    const query = { ...hello, id }
    peer.send({ ...query, timestamp: '2026-01-01T00:00:00Z' })
    const first = await peer.until((it) => it.type === 'ack' && it.requestId === id)
    await using back = await openPlainPeer(server.wsUrl, { token, query: `?session=${sessionId}` })
    back.send({ ...query, timestamp: 1_767_225_600_000 })
    const again = await back.ofType('ack')
    expect(again.reply).toMatchObject({ messageId: id, seq: first.reply?.seq })
    await using trpc = await openPeer(server.wsUrl, { token })
    const answer = await trpc.call('mutation', 'agent.query', { sessionId, id, content: 'Hello' })
    expect(answer.result?.data).toMatchObject({ messageId: id, seq: first.reply?.seq })
    back.send({ ...query, content: 'Something else' })
    expect(await back.ofType('error')).toMatchObject({ code: 'ID_CONFLICT', requestId: id })
  })

  test('J5: without an id there is one, and each frame is a request of its own', async () => {
    const { peer } = await openGuest()
    await using _peer = peer
    peer.send(hello)
    peer.send(hello)
    const isAck = (it: PlainFrame) => it.type === 'ack' && it.reply?.messageId !== undefined
    const one = await peer.until(isAck)
    const other = await peer.until((it) => isAck(it) && it.requestId !== one.requestId)
    expect(other.reply?.seq).toBeGreaterThan(Number(one.reply?.seq))
    expect(one.requestId).toBe(one.reply?.messageId)
  })

  test.each<[string, object, object]>([
    ['typed as a query', { type: 'query', content: ' /clear ' }, { name: 'clear' }],
    ['typed as a command', { type: 'command', content: '/clear' }, { name: 'clear' }],
    ['without the slash', { type: 'command', content: 'clear' }, { name: 'clear' }],
    ['by its name', { type: 'command', name: 'clear', args: {} }, { name: 'clear' }],
    [
      'with a model',
      { type: 'query', content: '/model other/model' },
      { name: 'model', args: { model: 'other/model' } },
    ],
  ])('J6: a command %s', async (_, frame, event) => {
    await using two = await openTestServer({ env: { MODELS: 'openai/gpt-4-turbo,other/model' } })
    const { token } = await newGuest(two.url)
    await using peer = await openPlainPeer(two.wsUrl, { token })
    peer.send(frame)
    expect(await peer.ofType('ack')).toMatchObject({ verb: 'command', reply: { outcome: 'ok' } })
    expect(await peer.ofType('command')).toMatchObject(event)
  })

  test('J6: what looks like a command and is none is a query', async () => {
    const { peer } = await openGuest()
    await using _peer = peer
    peer.send({ type: 'query', content: '/etc/hosts is what?' })
    expect(await peer.ofType('query')).toMatchObject({ content: '/etc/hosts is what?' })
  })

  test('J6: what there is to stop says so, and help is text', async () => {
    const { peer } = await openGuest()
    await using _peer = peer
    peer.send({ type: 'query', content: '/cancel' })
    const ack = await peer.until((it) => it.reply?.outcome === 'already-finished')
    expect(ack.reply).toMatchObject({ upstreamAborted: false })
    peer.send({ type: 'query', content: '/help' })
    await peer.until((it) => it.type === 'ack' && it.content.includes('/model NAME'))
  })
})

describe('limits', () => {
  test('W4: content of the full length goes through, and more ends in 1009', async () => {
    const maxMessageBytes = 2048
    const env = { MAX_MESSAGE_BYTES: String(maxMessageBytes) }
    await using small = await openTestServer({ env })
    const { token } = await newGuest(small.url)
    await using peer = await openPlainPeer(small.wsUrl, { token })
    const content = '"'.repeat(maxMessageBytes)
    peer.send({ type: 'query', content })
    expect((await peer.ofType('ack')).verb).toBe('query')
    peer.send({ type: 'query', content: `${content}"` })
    expect((await peer.closed).code).toBe(1009)
  })

  test('W4: frames over the rate are refused by their id, again and again 4429', async () => {
    await using slow = await openTestServer({ env: { MESSAGES_PER_SECOND: '20' } })
    const { token } = await newGuest(slow.url)
    await using peer = await openPlainPeer(slow.wsUrl, { token })
    const id = randomUUID()
    for (let i = 0; i < 30; i++) peer.send({ type: 'command', id, name: 'help' })
    const refused = await peer.ofType('error')
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', requestId: id, retryable: true })
    for (let i = 0; i < 50; i++) peer.send({ type: 'command', id, name: 'help' })
    expect((await peer.closed).code).toBe(4429)
  })

  test('L3: connections of one user count over both paths', async () => {
    await using few = await openTestServer({ env: { MAX_CONNECTIONS_PER_USER: '1' } })
    const { token } = await newGuest(few.url)
    await using first = await openPlainPeer(few.wsUrl, { token })
    await first.until(isLogged)
    await using second = await openPlainPeer(few.wsUrl, { token })
    expect((await second.closed).code).toBe(4429)
    expect(second.frames).toEqual([])
  })

  test('W2: permessage-deflate is offered, as by wscat and most others, and not taken', async () => {
    await using peer = await openPlainPeer(server.wsUrl, { perMessageDeflate: true })
    expect(peer.socket.extensions).toBe('')
  })

  test('W2: a foreign page is answered 403', async () => {
    const open = openPlainPeer(server.wsUrl, { origin: 'http://evil.example' })
    await expect(open).rejects.toThrow('403')
  })

  test('W8: with a login of one’s own a token may come in the first frame, and there are no guests', async () => {
    const env = { AUTH_MODE: 'jwt', AUTH_SECRET: 's'.repeat(32) }
    let now = Date.now()
    const timings = { sweepMs: 5, guestAfterMs: 1 }
    await using own = await openTestServer({ env, timings, now: () => now })
    await using peer = await openPlainPeer(own.wsUrl)
    peer.send(hello)
    expect(await peer.ofType('error')).toMatchObject({ code: 'NO_TOKEN' })
    now += 10_000
    expect((await peer.closed).code).toBe(4401)
  })

  test('W7: a server that stops says so, then closes with 1001', async () => {
    const stopping = await openTestServer()
    await using _stopping = stopping
    const { token } = await newGuest(stopping.url)
    await using peer = await openPlainPeer(stopping.wsUrl, { token })
    await peer.until(isLogged)
    await stopping.stop()
    expect((await peer.closed).code).toBe(1001)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'error', code: 'DRAINING', retryable: true })
  })

  test('W7: tRPC’s notice is not for plain sockets', async () => {
    const stopping = await openTestServer()
    await using _stopping = stopping
    const { token } = await newGuest(stopping.url)
    await using plain = await openPlainPeer(stopping.wsUrl, { token })
    await using trpc = await openPeer(stopping.wsUrl, { token })
    await trpc.call('query', 'info')
    await plain.until(isLogged)
    await stopping.stop()
    await trpc.closed
    expect(trpc.frames.at(-1)).toMatchObject({ id: null, method: 'reconnect' })
    expect(JSON.stringify(plain.frames)).not.toContain('reconnect')
  })
})
