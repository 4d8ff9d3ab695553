/** Who is who: guests, tokens and their ends, over real sockets and HTTP. */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

const eventTime = z.object({ data: z.looseObject({ timestamp: z.string() }) })

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
  test('without a valid token a socket is closed with 4401, whatever else it sends', async () => {
    await using server = await openTestServer({ timings: { authDeadlineMs: 100, sweepMs: 10 } })
    await using silent = await openPeer(server.wsUrl)
    await using waiting = await openPeer(`${server.wsUrl}?connectionParams=1`)
    await using bad = await openPeer(server.wsUrl, { token: 'x' })
    await using busy = await openPeer(server.wsUrl)
    busy.socket.on('message', () => busy.send('PONG'))
    await busy.call('query', 'info')
    await busy.call('mutation', 'auth.guest')
    const codes = await Promise.all([silent, waiting, bad, busy].map((it) => it.closed))
    expect(codes.map(({ code }) => code)).toEqual([4401, 4401, 4401, 4401])
  })

  test('a token that expires on a live socket ends it with 4401, a fresh one in time keeps it', async () => {
    await using server = await openTestServer({ timings: { tokenTtlMs: 2000, sweepMs: 10 } })
    const guest = await newGuest(server.url)
    await using left = await openPeer(server.wsUrl, { token: guest.token })
    await using kept = await openPeer(server.wsUrl, { token: guest.token })
    const sessionId = await newSession(left)
    left.subscribe('session.events', { sessionId })
    await kept.call('query', 'session.list', {})
    const long = await newLongToken(server, guest.userId)
    expect((await kept.call('mutation', 'auth.refresh', { token: long })).error).toBeUndefined()
    expect(await left.closed).toEqual({ code: 4401, reason: 'TOKEN_EXPIRED' })
    const count = left.frames.length
    const query = { sessionId, id: randomUUID(), content: 'Hello' }
    expect((await kept.call('mutation', 'agent.query', query)).error).toBeUndefined()
    expect(left.frames.length).toBe(count)
  })

  test('no event goes out after the end of a token, however late the sweep', async () => {
    await using server = await openTestServer({
      env: { MESSAGES_PER_SECOND: '1000000' },
      timings: { tokenTtlMs: 1000, sweepMs: 60_000 },
    })
    const guest = await newGuest(server.url)
    const expiresAtMs = Date.parse(guest.expiresAt)
    await using left = await openPeer(server.wsUrl, { token: guest.token })
    await using kept = await openPeer(server.wsUrl, {
      token: await newLongToken(server, guest.userId),
    })
    const sessionId = await newSession(kept)
    left.subscribe('session.events', { sessionId })
    for (let i = 0; left.socket.readyState === left.socket.OPEN; i++) {
      const events = kept.call('mutation', 'session.update', { sessionId, title: `Title ${i}` })
      await Promise.race([events, left.closed])
      await new Promise(setImmediate)
    }
    expect((await left.closed).code).toBe(4401)
    const times = left.frames.flatMap((it) => eventTime.safeParse(it.result?.data).data ?? [])
    expect(times.length).toBeGreaterThan(1)
    for (const { data } of times) expect(Date.parse(data.timestamp)).toBeLessThan(expiresAtMs)
  })

  test('a stream of server-sent events ends with its token', async () => {
    await using server = await openTestServer({ timings: { tokenTtlMs: 1000, sweepMs: 10 } })
    const { token } = await newGuest(server.url)
    await using peer = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(peer)
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const stream = await fetch(`${server.url}/trpc/session.events?input=${input}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await expect(stream.text()).rejects.toThrow(/terminated/)
  })

  test('no server-sent event goes out after the end of a token, however late the sweep', async () => {
    await using server = await openTestServer({
      env: { MESSAGES_PER_SECOND: '1000000' },
      timings: { tokenTtlMs: 1000, sweepMs: 60_000 },
    })
    const { token, userId, expiresAt } = await newGuest(server.url)
    await using kept = await openPeer(server.wsUrl, { token: await newLongToken(server, userId) })
    const sessionId = await newSession(kept)
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const stream = await fetch(`${server.url}/trpc/session.events?input=${input}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    let text = ''
    let ended = false
    const reading = stream.body
      ?.pipeThrough(new TextDecoderStream())
      .pipeTo(
        new WritableStream<string>({
          write(piece) {
            text += piece
          },
        }),
      )
      .catch(() => {
        ended = true
      })
    for (let i = 0; !ended; i++) {
      await kept.call('mutation', 'session.update', { sessionId, title: `Title ${i}` })
      await new Promise(setImmediate)
    }
    await reading
    const times = [...text.matchAll(/"timestamp":"([^"]+)"/g)].map((it) => Date.parse(it[1] ?? ''))
    expect(times.length).toBeGreaterThan(1)
    for (const time of times) expect(time).toBeLessThan(Date.parse(expiresAt))
  })
})

/** Signed with the secret that the server has made for itself. */
async function newLongToken(server: TestServer, userId: string): Promise<string> {
  const own = new TextEncoder().encode(await openSecret(server.dataDir))
  return claims().setSubject(userId).sign(own)
}
