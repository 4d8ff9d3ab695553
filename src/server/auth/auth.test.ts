/** Who is who: guests, tokens and their ends, over real sockets and HTTP. */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { newGuest, newSession, openPeer } from '../testing/socket-peer.ts'
import { newFolder, openTestServer, type TestServer } from '../testing/test-server.ts'
import { openSecret } from './secret.ts'

const secret = 'a secret of the test, long enough to be one'
const key = new TextEncoder().encode(secret)
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600

const claims = (alg = 'HS256') =>
  new SignJWT()
    .setProtectedHeader({ alg })
    .setIssuer('agent-websocket')
    .setAudience('agent-websocket/access')
    .setSubject('somebody')
    .setExpirationTime(inAnHour())

describe('tokens', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await openTestServer({ env: { AUTH_SECRET: secret } })
  })
  afterAll(() => server.close())

  const overHttp = async (authorization?: string) => {
    const response = await fetch(`${server.url}/trpc/session.list?input=%7B%7D`, {
      headers: authorization === undefined ? {} : { authorization },
    })
    const body = (await response.json()) as { error?: { data: { reason: string } } }
    return { status: response.status, reason: body.error?.data.reason }
  }
  const overSocket = async (token?: string) => {
    await using peer = await openPeer(server.wsUrl, token === undefined ? {} : { token })
    const answer = await peer.call('query', 'session.list', {})
    return answer.error?.data?.reason
  }

  test('none: NO_TOKEN', async () => {
    expect(await overHttp()).toEqual({ status: 401, reason: 'NO_TOKEN' })
    expect(await overSocket()).toBe('NO_TOKEN')
  })

  test('a good one', async () => {
    const token = await claims().sign(key)
    expect(await overHttp(`Bearer ${token}`)).toEqual({ status: 200, reason: undefined })
    expect(await overSocket(token)).toBeUndefined()
    await using byHeader = await openPeer(server.wsUrl, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect((await byHeader.call('query', 'session.list', {})).error).toBeUndefined()
  })

  test.each<[string, () => Promise<string> | string]>([
    ['no JWT', () => 'x.y.z'],
    ['of another secret', () => claims().sign(new TextEncoder().encode('x'.repeat(40)))],
    ['of another issuer', () => claims().setIssuer('other').sign(key)],
    ['of another audience', () => claims().setAudience('agent-websocket/identity').sign(key)],
    ['of nobody', () => claims().setSubject('').sign(key)],
    ['that is not signed', () => new UnsecuredJWT({ sub: 'somebody' }).encode()],
    ['of another algorithm', () => claims('HS512').sign(key)],
    [
      'that never ends',
      () =>
        new SignJWT()
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('agent-websocket')
          .setAudience('agent-websocket/access')
          .setSubject('somebody')
          .sign(key),
    ],
  ])('one %s: BAD_TOKEN', async (_, make) => {
    const token = await make()
    expect(await overHttp(`Bearer ${token}`)).toEqual({ status: 401, reason: 'BAD_TOKEN' })
    expect(await overSocket(token)).toBe('BAD_TOKEN')
  })

  test('one of yesterday: TOKEN_EXPIRED', async () => {
    const token = await claims().setExpirationTime(1).sign(key)
    expect(await overHttp(`Bearer ${token}`)).toEqual({ status: 401, reason: 'TOKEN_EXPIRED' })
    expect(await overSocket(token)).toBe('TOKEN_EXPIRED')
  })
})

describe('guests', () => {
  test('come back as the same by their identity, not by their token', async () => {
    await using server = await openTestServer()
    await using peer = await openPeer(server.wsUrl)
    const guest = await newGuest(server.url)
    const again = await peer.call('mutation', 'auth.guest', { identity: guest.identity })
    expect(again.result?.data).toMatchObject({ userId: guest.userId })
    const byToken = await peer.call('mutation', 'auth.guest', { identity: guest.token })
    expect(byToken.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
    expect((await newGuest(server.url)).userId).not.toBe(guest.userId)
  })

  test('stay who they are over a restart on the same data folder', async () => {
    await using folder = await newFolder()
    const env = { DATA_DIR: folder.path }
    const first = await openTestServer({ env })
    const { token } = await newGuest(first.url)
    await first.close()
    const { mode } = await stat(join(folder.path, 'auth-secret'))
    expect(mode & 0o777).toBe(0o600)
    await using second = await openTestServer({ env })
    await using peer = await openPeer(second.wsUrl, { token })
    expect((await peer.call('query', 'session.list', {})).error).toBeUndefined()
  })

  test('of one address are so many a minute', async () => {
    await using server = await openTestServer({ env: { MAX_CONNECTIONS_PER_IP: '1' } })
    for (let i = 0; i < 3; i++) await newGuest(server.url)
    await using peer = await openPeer(server.wsUrl)
    const refused = await peer.call('mutation', 'auth.guest')
    expect(refused.error?.data).toMatchObject({
      reason: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number),
    })
  })

  test('of a socket: auth.guest, then auth.refresh, and it is that user; never another', async () => {
    await using server = await openTestServer()
    await using peer = await openPeer(server.wsUrl)
    const issued = await peer.call('mutation', 'auth.guest')
    const { token, userId } = z
      .object({ token: z.string(), userId: z.string() })
      .parse(issued.result?.data)
    const refreshed = await peer.call('mutation', 'auth.refresh', { token })
    expect(refreshed.result?.data).toMatchObject({ userId, expiresAt: expect.any(String) })
    expect((await peer.call('query', 'session.list', {})).error).toBeUndefined()
    const other = await newGuest(server.url)
    const taken = await peer.call('mutation', 'auth.refresh', { token: other.token })
    expect(taken.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
  })
})

describe('deadlines', () => {
  /** Time that a test lets pass, for connections and their tokens. */
  let passedMs = 0
  beforeEach(() => {
    passedMs = 0
  })
  const now = () => Date.now() + passedMs
  /** The life of a guest's token. */
  const anHour = 60 * 60_000
  const late = { now, timings: { sweepMs: 600_000 } }

  test('without a valid token a socket is closed with 4401, whatever else it sends', async () => {
    await using server = await openTestServer({ now, timings: { sweepMs: 10 } })
    await using silent = await openPeer(server.wsUrl)
    await using waiting = await openPeer(`${server.wsUrl}?connectionParams=1`)
    await using bad = await openPeer(server.wsUrl, { token: 'x' })
    await using busy = await openPeer(server.wsUrl)
    busy.socket.on('message', () => busy.send('PONG'))
    await busy.call('query', 'info')
    await busy.call('mutation', 'auth.guest')
    passedMs = 10_000
    const codes = await Promise.all([silent, waiting, bad, busy].map((it) => it.closed))
    expect(codes.map(({ code }) => code)).toEqual([4401, 4401, 4401, 4401])
  })

  test('a token that expires on a live socket ends it with 4401, a fresh one in time keeps it', async () => {
    await using server = await openTestServer({ now, timings: { sweepMs: 10 } })
    const guest = await newGuest(server.url)
    await using left = await openPeer(server.wsUrl, { token: guest.token })
    await using kept = await openPeer(server.wsUrl, { token: guest.token })
    const sessionId = await newSession(left)
    left.subscribe('session.events', { sessionId })
    await kept.call('query', 'session.list', {})
    const long = await newLongToken(server, guest.userId)
    expect((await kept.call('mutation', 'auth.refresh', { token: long })).error).toBeUndefined()
    passedMs = anHour
    expect(await left.closed).toEqual({ code: 4401, reason: 'TOKEN_EXPIRED' })
    const count = left.frames.length
    const query = { sessionId, id: randomUUID(), content: 'Hello' }
    expect((await kept.call('mutation', 'agent.query', query)).error).toBeUndefined()
    expect(left.frames.length).toBe(count)
  })

  test('no event goes out after the end of a token, however late the sweep', async () => {
    await using server = await openTestServer(late)
    const guest = await newGuest(server.url)
    await using left = await openPeer(server.wsUrl, { token: guest.token })
    const long = await newLongToken(server, guest.userId)
    await using kept = await openPeer(server.wsUrl, { token: long })
    const sessionId = await newSession(kept)
    left.subscribe('session.events', { sessionId })
    const rename = (title: string) => kept.call('mutation', 'session.update', { sessionId, title })
    const shows = (title: string) => (frame: object) => JSON.stringify(frame).includes(title)
    await rename('Before the end')
    await left.until(shows('Before the end'))
    passedMs = anHour
    await rename('After the end')
    expect((await left.closed).code).toBe(4401)
    expect(left.frames.filter(shows('After the end'))).toEqual([])
  })

  test('a stream of server-sent events ends with its token', async () => {
    await using server = await openTestServer({ now, timings: { sweepMs: 10 } })
    const { token } = await newGuest(server.url)
    await using peer = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(peer)
    const stream = await openStream(server, { sessionId, token })
    passedMs = anHour
    await expect(stream.text()).rejects.toThrow(/terminated/)
  })

  test('no server-sent event goes out after the end of a token, however late the sweep', async () => {
    await using server = await openTestServer(late)
    const { token, userId } = await newGuest(server.url)
    await using kept = await openPeer(server.wsUrl, { token: await newLongToken(server, userId) })
    const sessionId = await newSession(kept)
    const rename = (title: string) => kept.call('mutation', 'session.update', { sessionId, title })
    const stream = await openStream(server, { sessionId, token })
    const pieces = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    await rename('Before the end')
    let text = ''
    while (!text.includes('Before the end')) text += (await pieces?.read())?.value ?? ''
    passedMs = anHour
    await rename('After the end')
    const rest = async () => {
      for (;;) text += (await pieces?.read())?.value ?? ''
    }
    await expect(rest()).rejects.toThrow(/terminated/)
    expect(text).not.toContain('After the end')
  })
})

function openStream(
  server: TestServer,
  { sessionId, token }: Record<'sessionId' | 'token', string>,
) {
  const input = encodeURIComponent(JSON.stringify({ sessionId }))
  return fetch(`${server.url}/trpc/session.events?input=${input}`, {
    headers: { authorization: `Bearer ${token}` },
  })
}

/** Signed with the secret that the server has made for itself. */
async function newLongToken(server: TestServer, userId: string): Promise<string> {
  const own = new TextEncoder().encode(await openSecret(server.dataDir))
  const inTwoHours = inAnHour() + 3600
  return claims().setSubject(userId).setExpirationTime(inTwoHours).sign(own)
}
