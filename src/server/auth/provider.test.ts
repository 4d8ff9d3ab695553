/** `AUTH_MODE=jwt`, from outside: tokens of an identity provider, over HTTP and over raw sockets. */
import { exportPKCS8, generateKeyPair, importPKCS8, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest, upgradeLines } from '../testing/raw-request.ts'
import { newSession, openPeer } from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'
import {
  audience,
  claims,
  type IdentityProvider,
  issuer,
  nowS,
  openIdentityProvider,
} from './testing/identity-provider.ts'

/** What a token gets over HTTP, and over a socket: they must agree. */
async function answerTo(server: TestServer, token: string): Promise<string> {
  const response = await fetch(`${server.url}/trpc/session.list?input=%7B%7D`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { error } = (await response.json()) as { error?: { data: { reason: string } } }
  await using peer = await openPeer(server.wsUrl, { token })
  const frame = await peer.call('query', 'session.list', {})
  const overHttp = `${response.status} ${error?.data.reason ?? 'ok'}`
  const overSocket = `${frame.error?.data?.httpStatus ?? 200} ${frame.error?.data?.reason ?? 'ok'}`
  expect(overSocket).toBe(overHttp)
  return overHttp
}

describe('by published keys', () => {
  let provider: IdentityProvider
  let server: TestServer
  beforeAll(async () => {
    provider = await openIdentityProvider()
    await provider.rotate('RS256')
    server = await openTestServer({ env: provider.env })
  })
  afterAll(async () => {
    await server.close()
    await provider[Symbol.asyncDispose]()
  })

  test('U1: a good token is its user, whose sessions are there the next time', async () => {
    expect(await answerTo(server, await provider.sign())).toBe('200 ok')
    await using first = await openPeer(server.wsUrl, { token: await provider.sign() })
    const sessionId = await newSession(first)
    await using second = await openPeer(server.wsUrl, { token: await provider.sign() })
    expect((await second.call('query', 'session.get', { sessionId })).error).toBeUndefined()
    const asOther = await provider.sign((jwt) => jwt.setSubject('bob'))
    await using other = await openPeer(server.wsUrl, { token: asOther })
    const refused = await other.call('query', 'session.get', { sessionId })
    expect(refused.error?.data).toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  })

  test('U1: `info` says how to come in, and guests are not let in', async () => {
    await using peer = await openPeer(server.wsUrl, { origin: 'http://localhost:3000' })
    const info = await peer.call('query', 'info')
    expect(info.result?.data).toMatchObject({ auth: { mode: 'jwt' } })
    const guest = await peer.call('mutation', 'auth.guest', {})
    expect(guest.error?.data).toMatchObject({ code: 'UNAUTHORIZED', reason: 'BAD_TOKEN' })
  })

  type Change = (jwt: SignJWT) => SignJWT
  test.each<[string, Change, string]>([
    ['another issuer', (jwt) => jwt.setIssuer('https://other.example'), '401 BAD_TOKEN'],
    ['another audience', (jwt) => jwt.setAudience('other'), '401 BAD_TOKEN'],
    ['several audiences, ours among them', (jwt) => jwt.setAudience(['x', audience]), '200 ok'],
    ['yesterday', (jwt) => jwt.setExpirationTime(nowS() - 86_400), '401 TOKEN_EXPIRED'],
    ['a moment ago', (jwt) => jwt.setExpirationTime(nowS() - 1), '401 TOKEN_EXPIRED'],
    ['tomorrow', (jwt) => jwt.setNotBefore(nowS() + 86_400), '401 BAD_TOKEN'],
    ['a clock that is a little ahead', (jwt) => jwt.setNotBefore(nowS() + 2), '200 ok'],
    ['an issue that is to come', (jwt) => jwt.setIssuedAt(nowS() + 3600), '401 BAD_TOKEN'],
    ['an end past all dates', (jwt) => jwt.setExpirationTime(1e300), '200 ok'],
    ['nobody', (jwt) => jwt.setSubject(''), '401 BAD_TOKEN'],
    ['a name as services have it', (jwt) => jwt.setSubject(' service'), '401 BAD_TOKEN'],
    ['a name with NUL', (jwt) => jwt.setSubject('a\u0000b'), '401 BAD_TOKEN'],
    ['a name too long', (jwt) => jwt.setSubject('a'.repeat(256)), '401 BAD_TOKEN'],
    ['a long name', (jwt) => jwt.setSubject('a'.repeat(255)), '200 ok'],
  ])('U2: a token of %s', async (_, change, expected) => {
    expect(await answerTo(server, await provider.sign(change))).toBe(expected)
  })

  test('U2: an end past all dates can be said', async () => {
    const token = await provider.sign((jwt) => jwt.setExpirationTime(1e300))
    await using peer = await openPeer(server.wsUrl, { token })
    const refreshed = await peer.call('mutation', 'auth.refresh', { token })
    expect(refreshed.result?.data).toMatchObject({ userId: 'ada' })
  })

  test('U2: without an end, or without a name, no token is good', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const endless = () => new SignJWT({ sub: 'ada', iss: issuer, aud: audience })
    expect(await answerTo(server, await provider.sign(endless))).toBe('401 BAD_TOKEN')
    const strange = claims().setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
    expect(await answerTo(server, await strange.sign(privateKey))).toBe('401 BAD_TOKEN')
  })

  test('U3: `alg: none` in its spellings', async () => {
    const body = { sub: 'ada', iss: issuer, aud: audience, exp: nowS() + 3600 }
    expect(await answerTo(server, new UnsecuredJWT(body).encode())).toBe('401 BAD_TOKEN')
    const [, payload = ''] = new UnsecuredJWT(body).encode().split('.')
    for (const alg of ['none', 'None', 'NONE', '', null]) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'key-2' })).toString('base64url')
      for (const signature of ['', 'AAAA']) {
        const token = `${header}.${payload}.${signature}`
        expect(await answerTo(server, token), `${alg}`).toBe('401 BAD_TOKEN')
      }
    }
  })

  test('U3: HS256 signed with the public key, as every reader of it could', async () => {
    const pem = await provider.publicPem()
    for (const secret of [pem, pem.trim(), pem.replace(/-----[^-]+-----|\s/g, '')]) {
      const forged = claims().setProtectedHeader({ alg: 'HS256', kid: 'key-2' })
      const token = await forged.sign(new TextEncoder().encode(secret))
      expect(await answerTo(server, token)).toBe('401 BAD_TOKEN')
    }
  })

  test('U3: a key that the token brings along', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const own = await importPKCS8(await exportPKCS8(privateKey), 'RS256')
    const header = { alg: 'RS256', kid: 'key-2', jku: `${provider.url}?mine`, jwk: { kty: 'RSA' } }
    const asked = provider.asked
    expect(await answerTo(server, await claims().setProtectedHeader(header).sign(own))).toBe(
      '401 BAD_TOKEN',
    )
    expect(provider.asked).toBe(asked)
  })

  test('U3: a token too long is not looked at', async () => {
    const token = await provider.sign((jwt) => jwt.setSubject('a'.repeat(9000)))
    await using peer = await openPeer(server.wsUrl, { token })
    const answer = await peer.call('query', 'session.list', {})
    expect(answer.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
  })

  test('U4: a token that names no key is tried with those that fit', async () => {
    await using several = await openIdentityProvider()
    await several.rotate()
    await using own = await openTestServer({ env: several.env })
    const nameless = await several.sign(undefined, { kid: null })
    expect(await answerTo(own, nameless)).toBe('200 ok')
    const { privateKey } = await generateKeyPair('ES256')
    const strange = await claims().setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
    expect(await answerTo(own, strange)).toBe('401 BAD_TOKEN')
  })

  test('W8: without an Origin a token is needed, in the header or announced as the first frame', async () => {
    const status = async (more: string[], url = '/trpc') =>
      (await rawRequest(server.port, [...upgradeLines({ url, more }), '', '\x88\x80\0\0\0\0']))
        .status
    expect((await rawRequest(server.port, upgradeLines())).status).toBe(403)
    const bearer = `Authorization: Bearer ${await provider.sign()}`
    await expect(openPeer(server.wsUrl)).rejects.toThrow(/403/)
    expect(await status([bearer])).toBe(101)
    expect(await status([], '/trpc?connectionParams=1')).toBe(101)
    expect((await fetch(`${server.url}/trpc/info`)).status).toBe(403)
    await using program = await openPeer(server.wsUrl, { token: await provider.sign() })
    expect((await program.call('query', 'session.list', {})).error).toBeUndefined()
  })
})

describe('as keys change', () => {
  const keys = { cooldownMs: 0, maxAgeMs: 60_000, timeoutMs: 2000 }

  test('U5: a new key is fetched when its first token comes', async () => {
    await using provider = await openIdentityProvider()
    await using server = await openTestServer({ env: provider.env, timings: { keys } })
    const before = await provider.sign()
    expect(await answerTo(server, before)).toBe('200 ok')
    await provider.rotate('EdDSA')
    expect(await answerTo(server, await provider.sign())).toBe('200 ok')
    expect(await answerTo(server, before)).toBe('200 ok')
  })

  test('U5: a key that was withdrawn is gone when those here are too old', async () => {
    await using provider = await openIdentityProvider()
    const timings = { keys: { ...keys, maxAgeMs: -1 } }
    await using server = await openTestServer({ env: provider.env, timings })
    const before = await provider.sign()
    expect(await answerTo(server, before)).toBe('200 ok')
    await provider.rotate()
    provider.withdrawOld()
    expect(await answerTo(server, before)).toBe('401 BAD_TOKEN')
  })

  test('U6: while the provider is down known keys go on, and an unknown one is no fault of its user', async () => {
    await using provider = await openIdentityProvider()
    const timings = { keys: { ...keys, maxAgeMs: -1 } }
    await using server = await openTestServer({ env: provider.env, timings })
    const known = await provider.sign()
    expect(await answerTo(server, known)).toBe('200 ok')
    await provider.rotate()
    const unknown = await provider.sign()
    for (const state of ['broken', 'nonsense'] as const) {
      provider.state = state
      expect(await answerTo(server, known)).toBe('200 ok')
      expect(await answerTo(server, unknown)).toBe('503 AUTH_UNAVAILABLE')
    }
    await provider.down()
    expect(await answerTo(server, known)).toBe('200 ok')
    expect(await answerTo(server, unknown)).toBe('503 AUTH_UNAVAILABLE')
    provider.state = 'up'
    await provider.up()
    expect(await answerTo(server, unknown)).toBe('200 ok')
    const told = server.logged.filter((line) => line.includes('identity provider'))
    expect(told).toHaveLength(2)
  })

  test('U6: a provider that never answers is waited for no longer than its time-out', async () => {
    await using provider = await openIdentityProvider()
    const timings = { keys: { cooldownMs: 0, maxAgeMs: -1, timeoutMs: 100 } }
    await using server = await openTestServer({ env: provider.env, timings })
    const known = await provider.sign()
    expect(await answerTo(server, known)).toBe('200 ok')
    provider.state = 'silent'
    await provider.rotate()
    expect(await answerTo(server, known)).toBe('200 ok')
    expect(await answerTo(server, await provider.sign())).toBe('503 AUTH_UNAVAILABLE')
  })

  test('U6: a start without the provider works, and its users come in when it is there', async () => {
    await using provider = await openIdentityProvider()
    await provider.down()
    await using server = await openTestServer({ env: provider.env, timings: { keys } })
    const token = await provider.sign()
    expect(await answerTo(server, token)).toBe('503 AUTH_UNAVAILABLE')
    await provider.up()
    expect(await answerTo(server, token)).toBe('200 ok')
  })

  test('U7: made-up names of keys do not make us hammer the provider, up or down', async () => {
    await using provider = await openIdentityProvider()
    const timings = { keys: { ...keys, cooldownMs: 600_000 } }
    await using server = await openTestServer({ env: provider.env, timings })
    expect(await answerTo(server, await provider.sign())).toBe('200 ok')
    expect(provider.asked).toBe(1)
    const madeUp = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        provider.sign(undefined, { kid: `made-up-${index}` }),
      ),
    )
    const answers = await Promise.all(madeUp.map((token) => answerTo(server, token)))
    expect(new Set(answers)).toEqual(new Set(['401 BAD_TOKEN']))
    expect(provider.asked).toBe(1)

    await using broken = await openIdentityProvider()
    broken.state = 'broken'
    await using other = await openTestServer({ env: broken.env, timings })
    const tokens = await Promise.all(Array.from({ length: 20 }, () => broken.sign()))
    const refused = await Promise.all(tokens.map((token) => answerTo(other, token)))
    expect(new Set(refused)).toEqual(new Set(['503 AUTH_UNAVAILABLE']))
    expect(broken.asked).toBe(1)
  })
})

describe('by a shared secret', () => {
  const secret = 'a secret that the app and the agent share'
  const key = new TextEncoder().encode(secret)
  const env = { AUTH_MODE: 'jwt', AUTH_SECRET: secret }
  const good = (alg = 'HS256') => claims().setProtectedHeader({ alg })

  test('U2, U3: HS256 alone, of whatever issuer where none is set', async () => {
    await using server = await openTestServer({ env })
    expect(await answerTo(server, await good().sign(key))).toBe('200 ok')
    expect(await answerTo(server, await good('HS512').sign(key))).toBe('401 BAD_TOKEN')
    const other = new TextEncoder().encode('x'.repeat(40))
    expect(await answerTo(server, await good().sign(other))).toBe('401 BAD_TOKEN')
    const { privateKey } = await generateKeyPair('RS256')
    expect(await answerTo(server, await good('RS256').sign(privateKey))).toBe('401 BAD_TOKEN')
    const body = { sub: 'ada', exp: nowS() + 3600 }
    expect(await answerTo(server, new UnsecuredJWT(body).encode())).toBe('401 BAD_TOKEN')
  })

  test('U2: issuer and audience count where they are set, and one of several audiences does', async () => {
    const set = { ...env, AUTH_ISSUER: issuer, AUTH_AUDIENCE: `${audience}, second` }
    await using server = await openTestServer({ env: set })
    expect(await answerTo(server, await good().sign(key))).toBe('200 ok')
    expect(await answerTo(server, await good().setAudience('second').sign(key))).toBe('200 ok')
    expect(await answerTo(server, await good().setAudience('third').sign(key))).toBe(
      '401 BAD_TOKEN',
    )
    expect(await answerTo(server, await good().setIssuer('x').sign(key))).toBe('401 BAD_TOKEN')
  })

  test('U3: beside published keys the secret signs no user', async () => {
    await using provider = await openIdentityProvider()
    await using server = await openTestServer({ env: { ...provider.env, AUTH_SECRET: secret } })
    expect(await answerTo(server, await good().sign(key))).toBe('401 BAD_TOKEN')
    expect(await answerTo(server, await provider.sign())).toBe('200 ok')
  })
})
