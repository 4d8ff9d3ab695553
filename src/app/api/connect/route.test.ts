/** The route against a real HTTP server that stands for the agent server. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NextRequest } from 'next/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { POST } from './route.ts'

const asked: { identity?: string }[] = []
let answer: (identity: string | undefined) => { status: number; body: unknown }

const server = createServer((request, response) => {
  let text = ''
  request.on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    const input: { identity?: string } = JSON.parse(text)
    asked.push(input)
    const { status, body } = answer(input.identity)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
})

const guest = (identity: string) => ({
  status: 200,
  body: {
    result: {
      data: { token: 'short', userId: 'g', expiresAt: '2030-01-01T00:00:00.000Z', identity },
    },
  },
})

beforeEach(async () => {
  asked.length = 0
  answer = () => guest('me')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('AGENT_HOST', '127.0.0.1')
  vi.stubEnv('AGENT_PORT', String((server.address() as AddressInfo).port))
  vi.stubEnv('PUBLIC_AGENT_URL', 'https://agent.example')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const post = (headers: Record<string, string> = {}) =>
  POST(
    new NextRequest('http://chat.example:3000/api/connect', {
      method: 'POST',
      headers: { host: 'chat.example:3000', ...headers },
    }),
  )

test('gives the address and a token, and keeps who the guest is in a cookie that no script reads', async () => {
  const response = await post()
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual({
    url: 'wss://agent.example/trpc',
    token: 'short',
    expiresAt: '2030-01-01T00:00:00.000Z',
  })
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^agent_guest_3000=me;/)
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=lax/i)
  expect(cookie).toMatch(/Max-Age=34560000/)
  expect(cookie).not.toMatch(/Secure/)
})

test('over https the cookie is for https alone', async () => {
  const response = await post({ 'x-forwarded-proto': 'https' })
  expect(response.headers.get('set-cookie')).toMatch(/Secure/)
})

test('who comes back is the same guest', async () => {
  await post({ cookie: 'agent_guest_3000=before' })
  expect(asked).toEqual([{ identity: 'before' }])
})

test.each([401, 400])(
  'an identity that the agent server answers with %i makes a new guest',
  async (status) => {
    answer = (identity) => (identity ? { status, body: {} } : guest('new'))
    const response = await post({ cookie: 'agent_guest_3000=stale' })
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toMatch(/^agent_guest_3000=new;/)
  },
)

test('too many guests: the identity is kept, and nobody is made in its place', async () => {
  answer = () => ({ status: 429, body: {} })
  const response = await post({ cookie: 'agent_guest_3000=before' })
  expect(response.status).toBe(429)
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(asked).toHaveLength(1)
})

test('a page of somebody else gets nothing', async () => {
  const response = await post({ 'sec-fetch-site': 'cross-site' })
  expect(response.status).toBe(403)
  expect(asked).toEqual([])
})

test('without the agent server it says so, in 503 and a reason', async () => {
  vi.stubEnv('AGENT_PORT', '1')
  const response = await post()
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ reason: 'AGENT_UNREACHABLE' })
})
