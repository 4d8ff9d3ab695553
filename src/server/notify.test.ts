/** `notify` from outside: one HTTP call or a socket, with a service token that is good for nothing else. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newGuest, newSession, openPeer, type SocketPeer } from './testing/socket-peer.ts'
import { openTestServer, type TestServer } from './testing/test-server.ts'
import { appRouter } from './trpc/router.ts'

const service = 'a-service-token-of-32-characters'
const second = 'another-service-token-32-letters'
const perMinute = 40

let server: TestServer
let token: string
let userId: string
beforeAll(async () => {
  const limits = { NOTIFICATIONS_PER_MINUTE: String(perMinute), MESSAGES_PER_SECOND: '1000' }
  server = await openTestServer({ env: { SERVICE_TOKENS: `${service}, ${second}`, ...limits } })
  ;({ token, userId } = await newGuest(server.url))
})
afterAll(() => server.close())

async function notify(body: unknown, bearer = service) {
  const response = await fetch(`${server.url}/trpc/notify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer = (await response.json()) as {
    result?: { data: { sessions: { sessionId: string; seq: number }[] } }
    error?: { data: { reason?: string; fields?: object; retryAfterMs?: number } }
  }
  return { status: response.status, data: answer.result?.data, error: answer.error?.data }
}

/** Its followed session gets an event that has this text. */
const shown = (peer: SocketPeer, text: string) =>
  peer.until((frame) => JSON.stringify(frame.result?.data ?? '').includes(text))

test('N1: a plain curl tells a session, and who follows it sees it at once', async () => {
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  peer.subscribe('session.events', { sessionId })
  const id = randomUUID()
  const body = { sessionId, id, content: 'Build 7 is green.', level: 'success', data: { build: 7 } }
  const { stdout } = await promisify(execFile)('curl', [
    ...['-sS', `${server.url}/trpc/notify`],
    ...['-H', `Authorization: Bearer ${service}`, '-H', 'Content-Type: application/json'],
    ...['-d', JSON.stringify(body)],
  ])
  expect(JSON.parse(stdout)).toEqual({ result: { data: { sessions: [{ sessionId, seq: 2 }] } } })
  const frame = await shown(peer, 'Build 7 is green.')
  expect(frame.result?.data).toMatchObject({
    data: { type: 'notification', level: 'success', data: { build: 7 }, seq: 2 },
  })
})

test('N1: over a socket too, as connection parameter', async () => {
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  await using backend = await openPeer(server.wsUrl, { token: second })
  const body = { sessionId, id: randomUUID(), content: 'Done.' }
  const answer = await backend.call('mutation', 'notify', body)
  expect(answer.result?.data).toEqual({ sessions: [{ sessionId, seq: 2 }] })
})

test('N2: ids are one scope, whichever service token: the next one, too, gets the same answer', async () => {
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  const body = { sessionId, id: randomUUID(), content: 'Once.' }
  const first = await notify(body)
  expect(first).toMatchObject({ status: 200, data: { sessions: [{ sessionId, seq: 2 }] } })
  expect(await notify(body, second)).toEqual(first)
  const other = await notify({ ...body, content: 'Twice.' }, second)
  expect(other).toMatchObject({ status: 409, error: { reason: 'ID_CONFLICT' } })
})

test('N3: all sessions of a user, and nobody else’s', async () => {
  const someone = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token: someone.token })
  const sessions = [await newSession(peer), await newSession(peer)].toSorted()
  const body = { userId: someone.userId, id: randomUUID(), content: 'To all of yours.' }
  const answer = await notify(body)
  expect(answer.data?.sessions.map(({ sessionId }) => sessionId)).toEqual(sessions)
  const none = await notify({ ...body, userId: 'nobody', id: randomUUID() })
  expect(none).toMatchObject({ status: 200, data: { sessions: [] } })
})

test('N5: what is not right is refused by field', async () => {
  const good = { sessionId: 's', id: randomUUID(), content: 'x' }
  const deep = `${'['.repeat(20)}${']'.repeat(20)}`
  const cases: [unknown, string][] = [
    [{ id: good.id, content: 'x' }, 'sessionId'],
    [{ ...good, userId }, 'sessionId'],
    [{ ...good, id: 'no-uuid' }, 'id'],
    [{ ...good, content: '' }, 'content'],
    [{ ...good, content: '\ud800' }, 'content'],
    [{ ...good, level: 'loud' }, 'level'],
    [{ ...good, more: 1 }, 'more'],
    [JSON.stringify(good).replace('}', `,"data":${deep}}`), 'data'],
    [JSON.stringify(good).replace('}', ',"data":{"__proto__":{}}}'), 'data.__proto__'],
    [JSON.stringify(good).replace('}', ',"data":1e999}'), 'data'],
  ]
  for (const [body, field] of cases) {
    const { status, error } = await notify(body)
    expect([status, error?.reason, Object.keys(error?.fields ?? {})]).toEqual([
      400,
      'INVALID_INPUT',
      [field],
    ])
  }
  expect(await notify(good)).toMatchObject({ status: 404, error: { reason: 'SESSION_NOT_FOUND' } })
})

test('N6: only a service token notifies', async () => {
  await using peer = await openPeer(server.wsUrl, { token })
  const body = { sessionId: await newSession(peer), id: randomUUID(), content: 'x' }
  const refused = await notify(body, token)
  expect(refused).toMatchObject({ status: 401, error: { reason: 'BAD_TOKEN' } })
  for (const bad of [
    `${service}x`,
    service.slice(1),
    service.toUpperCase(),
    `${service},${second}`,
  ]) {
    expect(await notify(body, bad)).toMatchObject({ status: 401, error: { reason: 'BAD_TOKEN' } })
  }
  expect(await notify(body, '')).toMatchObject({ status: 401, error: { reason: 'NO_TOKEN' } })
  const bySocket = await peer.call('mutation', 'notify', body)
  expect(bySocket.error?.data).toMatchObject({ reason: 'BAD_TOKEN' })
})

test('N6: a service token notifies, and does nothing else: every procedure there is refuses it', async () => {
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  const paths = Object.keys(appRouter._def.procedures).filter((path) => path !== 'notify')
  expect(paths).toEqual(
    expect.arrayContaining(['info', 'auth.guest', 'auth.refresh', 'auth.revoke', 'session.events']),
  )
  await using backend = await openPeer(server.wsUrl, { token: service })
  for (const path of paths) {
    const procedure: { _def: { type: string } } = Reflect.get(appRouter._def.procedures, path)
    const { type } = procedure._def
    const id = 100 + paths.indexOf(path)
    backend.send({ id, method: type, params: { path, input: { sessionId } } })
    const frame = await backend.until((it) => it.id === id)
    expect(frame.error?.data, path).toMatchObject({ code: 'UNAUTHORIZED', reason: 'BAD_TOKEN' })
    const input = encodeURIComponent(JSON.stringify({ sessionId }))
    const isMutation = type === 'mutation'
    const response = await fetch(
      `${server.url}/trpc/${path}${isMutation ? '' : `?input=${input}`}`,
      {
        method: isMutation ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${service}`, 'content-type': 'application/json' },
        ...(isMutation && { body: JSON.stringify({ sessionId }) }),
      },
    )
    expect(await response.text(), path).toContain('"reason":"BAD_TOKEN"')
  }
  expect((await peer.call('query', 'session.get', { sessionId })).error).toBeUndefined()
})

test('N7: so many a minute with one token, and it says when again; another token has its own', async () => {
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  const call = (bearer: string) =>
    notify({ sessionId, id: randomUUID(), content: 'Again.' }, bearer)
  let refused = await call(service)
  for (let i = 0; i < perMinute && refused.status === 200; i++) refused = await call(service)
  expect(refused).toMatchObject({
    status: 429,
    error: { reason: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
  })
  expect((await call(second)).status).toBe(200)
})
