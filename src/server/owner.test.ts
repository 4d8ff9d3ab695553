/** G11 and the limits of a user, through the whole server. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newGuest, newSession, openPeer, type SocketPeer } from './testing/socket-peer.ts'
import { openTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer({ env: { QUERIES_PER_MINUTE: '2' } })
})
afterAll(() => server.close())

const verbs: [string, 'query' | 'mutation', (sessionId: string) => object][] = [
  ['session.get', 'query', (sessionId) => ({ sessionId })],
  ['session.history', 'query', (sessionId) => ({ sessionId })],
  ['session.export', 'query', (sessionId) => ({ sessionId, format: 'json' })],
  ['session.update', 'mutation', (sessionId) => ({ sessionId, title: 'Mine' })],
  ['session.delete', 'mutation', (sessionId) => ({ sessionId })],
  ['agent.query', 'mutation', (sessionId) => ({ sessionId, id: randomUUID(), content: 'Hi' })],
  ['agent.command', 'mutation', (sessionId) => ({ sessionId, id: randomUUID(), name: 'clear' })],
  [
    'agent.feedback',
    'mutation',
    (sessionId) => ({ sessionId, id: randomUUID(), messageId: 'm', rating: 'up' }),
  ],
]

test.each(verbs)(
  'G11: %s of another user’s session answers as of none',
  async (path, kind, input) => {
    await using owner = await openPeer(server.wsUrl, await newGuest(server.url))
    await using other = await openPeer(server.wsUrl, await newGuest(server.url))
    const sessionId = await newSession(owner)
    const ofAnother = await other.call(kind, path, input(sessionId))
    const ofNone = await other.call(kind, path, input('no-such-session'))
    expect(ofAnother.error?.data).toMatchObject({ code: 'NOT_FOUND', reason: 'SESSION_NOT_FOUND' })
    expect(ofAnother.error).toEqual(ofNone.error)
    expect((await owner.call('query', 'session.get', { sessionId })).error).toBeUndefined()
  },
)

test('G11: another user’s session cannot be followed', async () => {
  await using owner = await openPeer(server.wsUrl, await newGuest(server.url))
  await using other = await openPeer(server.wsUrl, await newGuest(server.url))
  const sessionId = await newSession(owner)
  const refusal = (id: string, peer: SocketPeer) => {
    const number = peer.subscribe('session.events', { sessionId: id })
    return peer.until((it) => it.id === number && it.error !== undefined)
  }
  const ofAnother = await refusal(sessionId, other)
  expect(ofAnother.error).toEqual((await refusal('no-such-session', other)).error)
  expect(ofAnother.error?.data).toMatchObject({ reason: 'SESSION_NOT_FOUND' })
})

test('queries over the rate of a user are refused, on whichever socket', async () => {
  const guest = await newGuest(server.url)
  await using one = await openPeer(server.wsUrl, guest)
  await using two = await openPeer(server.wsUrl, guest)
  const sessionId = await newSession(one)
  const ask = (peer: SocketPeer) =>
    peer.call('mutation', 'agent.query', { sessionId, id: randomUUID(), content: 'Hi' })
  expect((await ask(one)).error).toBeUndefined()
  expect((await ask(two)).error).toBeUndefined()
  const refused = await ask(one)
  expect(refused.error?.data).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    reason: 'RATE_LIMITED',
    retryAfterMs: expect.any(Number),
  })
})

test('Q6, G5: a repetition takes nothing from the rate, also where it comes at the same time', async () => {
  const guest = await newGuest(server.url)
  await using one = await openPeer(server.wsUrl, guest)
  await using two = await openPeer(server.wsUrl, guest)
  const sessionId = await newSession(one)
  const input = { sessionId, id: randomUUID(), content: 'Hi' }
  const ask = (peer: SocketPeer, id = input.id) =>
    peer.call('mutation', 'agent.query', { ...input, id })
  const replies = await Promise.all([one, two, one, two, one].map((peer) => ask(peer)))
  for (const reply of replies) expect(reply.error).toBeUndefined()
  expect((await ask(two)).error).toBeUndefined()
  // One of two is taken.
  expect((await ask(one, randomUUID())).error).toBeUndefined()
  expect((await ask(two, randomUUID())).error?.data).toMatchObject({ reason: 'RATE_LIMITED' })
  expect((await ask(one)).error).toBeUndefined()
})
