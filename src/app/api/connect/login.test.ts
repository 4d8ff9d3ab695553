/** The route where users have a login of their own, against a real agent server. */
import { SignJWT } from 'jose'
import { NextRequest } from 'next/server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { revoke } from '../../../cli/revoke.ts'
import { openTestServer, type TestServer } from '../../../server/testing/test-server.ts'
import { loginToken, namedUser } from './login.ts'
import { POST } from './route.ts'

const secret = 'a secret that the app and the agent share'
let server: TestServer
beforeAll(async () => {
  server = await openTestServer({ env: { AUTH_MODE: 'jwt', AUTH_SECRET: secret } })
})
afterAll(() => server.close())
beforeEach(() => {
  vi.stubEnv('AUTH_MODE', 'jwt')
  vi.stubEnv('AGENT_HOST', '127.0.0.1')
  vi.stubEnv('AGENT_PORT', String(server.port))
  vi.stubEnv('PUBLIC_AGENT_URL', 'https://agent.example')
})
afterEach(() => vi.unstubAllEnvs())

const sign = (sub: string, exp = '1h') =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(secret))

async function post(headers: Record<string, string>) {
  const request = new NextRequest('http://chat.example/api/connect', {
    method: 'POST',
    headers: { host: 'chat.example', ...headers },
  })
  const response = await POST(request)
  return { status: response.status, response, body: await response.json() }
}

test('U11: the token of the login is passed on, with whose it is, and no guest is made', async () => {
  const token = await sign('ada')
  const { status, body, response } = await post({ authorization: `Bearer ${token}` })
  expect(status).toBe(200)
  expect(body).toEqual({
    url: 'wss://agent.example/trpc',
    token,
    userId: 'ada',
    expiresAt: expect.any(String),
  })
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('U11: by a cookie or by a header of one’s own, as is set', async () => {
  const token = await sign('ada')
  vi.stubEnv('AUTH_TOKEN_COOKIE', 'app_token')
  expect((await post({ cookie: `other=x; app_token=${token}` })).status).toBe(200)
  expect((await post({ authorization: `Bearer ${token}` })).status).toBe(401)
  vi.stubEnv('AUTH_TOKEN_COOKIE', '')
  vi.stubEnv('AUTH_TOKEN_HEADER', 'X-Forwarded-Access-Token')
  expect((await post({ 'x-forwarded-access-token': token })).status).toBe(200)
})

test('U11: nobody signed in, a token that is over, forged or revoked: sign in', async () => {
  await revoke({ url: server.url, secret, userId: 'eve' })
  for (const authorization of [
    '',
    'Bearer x',
    `Bearer ${'x'.repeat(9000)}`,
    `Bearer ${await sign('ada', '-1s')}`,
    `Bearer ${(await sign('ada')).slice(0, -4)}AAAA`,
    `Bearer ${await sign('eve')}`,
  ]) {
    const { status, body } = await post(authorization ? { authorization } : {})
    expect([status, body]).toEqual([401, { reason: 'SIGN_IN' }])
  }
})

test('U11: no agent server: nobody is asked to sign in', async () => {
  vi.stubEnv('AGENT_PORT', '1')
  const { status, body } = await post({ authorization: `Bearer ${await sign('ada')}` })
  expect([status, body]).toEqual([503, { reason: 'AGENT_UNREACHABLE' }])
})

test('U11: a page of somebody else gets no token, cookies or not', async () => {
  vi.stubEnv('AUTH_TOKEN_COOKIE', 'app_token')
  const cookie = `app_token=${await sign('ada')}`
  const { status, body } = await post({ cookie, 'sec-fetch-site': 'cross-site' })
  expect([status, body]).toEqual([403, { reason: 'FOREIGN_ORIGIN' }])
})

test('whom a token names is read leniently', async () => {
  expect(namedUser(await sign('ada'))).toBe('ada')
  for (const token of [null, '', 'x', 'x.y.z', `x.${btoa('[]')}.z`, `x.${btoa('{"sub":1}')}.z`]) {
    expect(namedUser(token)).toBeNull()
  }
  const none = { get: () => undefined }
  expect(loginToken({}, new Headers({ authorization: 'bearer  abc ' }), none)).toBe('abc')
  expect(loginToken({}, new Headers(), none)).toBeNull()
})
