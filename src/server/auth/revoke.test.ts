/** Revocation, from outside: who is signed out, when, and that it lasts. */
import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { revoke } from '../../cli/revoke.ts'
import { newGuest, newSession, openPeer } from '../testing/socket-peer.ts'
import { newFolder, openTestServer, type TestServer } from '../testing/test-server.ts'
import { signOperatorToken } from './operator-token.ts'
import { readSecret } from './secret.ts'
import { claims, nowS } from './testing/identity-provider.ts'

const secretOf = async ({ dataDir }: TestServer) => (await readSecret(dataDir)) ?? ''

async function post(server: TestServer, path: string, body: unknown, token?: string) {
  const response = await fetch(`${server.url}/trpc/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as {
    result?: { data: unknown }
    error?: { data: { reason?: string } }
  }
  return { status: response.status, reason: answer.error?.data.reason, data: answer.result?.data }
}

describe('of guests', () => {
  test('U8: live sockets and streams end at once, with no event after; others go on', async () => {
    // A sweep that never comes: it is the revocation itself that ends them.
    await using server = await openTestServer({ timings: { sweepMs: 600_000 } })
    const [guest, other] = [await newGuest(server.url), await newGuest(server.url)]
    await using socket = await openPeer(server.wsUrl, { token: guest.token })
    await using stays = await openPeer(server.wsUrl, { token: other.token })
    const sessionId = await newSession(socket)
    const number = socket.subscribe('session.events', { sessionId })
    await socket.until(({ id, result }) => id === number && result?.type === 'data')
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const stream = await fetch(`${server.url}/trpc/session.events?input=${input}`, {
      headers: { authorization: `Bearer ${guest.token}` },
    })
    const url = server.url
    const result = await revoke({ url, secret: await secretOf(server), userId: guest.userId })
    expect(result).toMatchObject({ outcome: 'revoked', issuedUntil: expect.any(String) })
    const frames = socket.frames.length
    expect(await socket.closed).toEqual({ code: 4401, reason: 'BAD_TOKEN' })
    await expect(stream.text()).rejects.toThrow(/terminated/)
    expect(socket.frames.length).toBe(frames)
    expect((await stays.call('query', 'session.list', {})).error).toBeUndefined()

    expect(await post(server, 'session.create', {}, guest.token)).toMatchObject({
      status: 401,
      reason: 'BAD_TOKEN',
    })
    const again = await post(server, 'auth.guest', { identity: guest.identity })
    expect(again).toMatchObject({ status: 401, reason: 'BAD_TOKEN' })
    const refresh = await post(server, 'auth.refresh', { token: guest.token })
    expect(refresh).toMatchObject({ status: 401, reason: 'BAD_TOKEN' })
    expect((await post(server, 'auth.guest', {})).status).toBe(200)
  })

  test('U8: it outlives a restart', async () => {
    await using folder = await newFolder()
    const env = { DATA_DIR: folder.path }
    const first = await openTestServer({ env })
    const guest = await newGuest(first.url)
    const secret = await secretOf(first)
    await revoke({ url: first.url, secret, userId: guest.userId })
    await first.close()
    await using second = await openTestServer({ env })
    expect(await post(second, 'session.create', {}, guest.token)).toMatchObject({ status: 401 })
    await using peer = await openPeer(second.wsUrl, { token: guest.token })
    const answer = await peer.call('query', 'session.list', {})
    expect(answer.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
  })
})

describe('of users of an identity provider', () => {
  const secret = 'a secret that the app and the agent share'
  const key = new TextEncoder().encode(secret)
  const env = { AUTH_MODE: 'jwt', AUTH_SECRET: secret }
  const signed = (change: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
    change(claims().setProtectedHeader({ alg: 'HS256' })).sign(key)

  test('U8: tokens issued before are void, tokens issued after are good; by the server’s clock', async () => {
    await using server = await openTestServer({ env })
    const old = await signed()
    const nameless = await signed((jwt) => jwt.setIssuedAt(0))
    const earlier = await signed((jwt) => jwt.setIssuedAt(nowS() - 1000))
    const call = (token: string) => post(server, 'session.create', {}, token)
    for (const token of [old, nameless, earlier]) expect((await call(token)).status).toBe(200)
    expect(await revoke({ url: server.url, secret, userId: 'ada' })).toMatchObject({
      outcome: 'revoked',
    })
    for (const token of [old, nameless, earlier]) {
      expect(await call(token)).toMatchObject({ status: 401, reason: 'BAD_TOKEN' })
    }
    // Issued within the second of the revocation, a token may be of before it: whole seconds count.
    expect((await call(await signed((jwt) => jwt.setIssuedAt(nowS() + 2)))).status).toBe(200)
    expect((await call(await signed((jwt) => jwt.setSubject('bob')))).status).toBe(200)
  })

  test('U9: auth.refresh of the same user keeps a socket beyond its token; of another it is refused', async () => {
    let passedMs = 0
    const now = () => Date.now() + passedMs
    await using server = await openTestServer({ env, now, timings: { sweepMs: 10 } })
    const short = await signed()
    const long = await signed((jwt) => jwt.setExpirationTime('2h'))
    await using kept = await openPeer(server.wsUrl, { token: short })
    await using left = await openPeer(server.wsUrl, { token: short })
    const sessionId = await newSession(kept)
    const number = kept.subscribe('session.events', { sessionId })
    await left.call('query', 'session.list', {})
    const others = await signed((jwt) => jwt.setSubject('bob'))
    const refused = await kept.call('mutation', 'auth.refresh', { token: others })
    expect(refused.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
    const fresh = await kept.call('mutation', 'auth.refresh', { token: long })
    expect(fresh.result?.data).toMatchObject({ userId: 'ada' })
    passedMs = 60 * 60_000
    expect(await left.closed).toEqual({ code: 4401, reason: 'TOKEN_EXPIRED' })
    const title = randomUUID()
    await kept.call('mutation', 'session.update', { sessionId, title })
    await kept.until(
      ({ id, result }) => id === number && JSON.stringify(result?.data ?? '').includes(title),
    )
    // On the subscription that was open all along, nothing is missing and nothing comes twice.
    const numbers = kept.frames
      .filter(({ id }) => id === number)
      .flatMap(({ result }) => /"seq":(\d+)/.exec(JSON.stringify(result?.data ?? ''))?.[1] ?? [])
    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1)))
    expect(numbers.length).toBeGreaterThan(1)
  })

  test('U9: a token of a machine refreshes nobody', async () => {
    const service = 's'.repeat(32)
    await using server = await openTestServer({ env: { ...env, SERVICE_TOKENS: service } })
    await using peer = await openPeer(server.wsUrl, { token: await signed() })
    for (const token of [service, await signOperatorToken(secret, Date.now())]) {
      const refused = await peer.call('mutation', 'auth.refresh', { token })
      expect(refused.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
    }
  })

  test('U10: only an operator token revokes, and it does nothing else', async () => {
    const service = 's'.repeat(32)
    const set = { ...env, SERVICE_TOKENS: service, ALLOW_NO_ORIGIN: 'true' }
    await using server = await openTestServer({ env: set })
    const operator = await signOperatorToken(secret, Date.now())
    const byHand = (change: (jwt: SignJWT) => SignJWT) =>
      change(new SignJWT({ role: 'operator' }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt())
        .setAudience('agent-websocket/operator')
        .sign(key)
    const input = { userId: 'ada' }
    for (const token of [
      await signed(),
      service,
      // Whoever signs users' tokens with the secret as it is has not said "operator".
      await byHand((jwt) => jwt.setExpirationTime('1m')),
      await signOperatorToken('another secret, long enough to be one', Date.now()),
      await signOperatorToken(secret, Date.now() - 120_000),
      await signOperatorToken(secret, Date.now() + 120_000),
    ]) {
      expect(await post(server, 'auth.revoke', input, token)).toMatchObject({ status: 401 })
    }
    expect((await post(server, 'auth.revoke', input)).reason).toBe('NO_TOKEN')
    expect((await post(server, 'session.create', {}, await signed())).status).toBe(200)
    for (const path of ['session.create', 'auth.refresh', 'auth.guest', 'agent.query', 'notify']) {
      const refused = await post(server, path, {}, operator)
      expect(refused, path).toMatchObject({ status: 401, reason: 'BAD_TOKEN' })
    }
    expect(await post(server, 'auth.revoke', input, operator)).toMatchObject({ status: 200 })
    expect(await post(server, 'auth.revoke', { userId: '' }, operator)).toMatchObject({
      status: 400,
      reason: 'INVALID_INPUT',
    })
  })
})
