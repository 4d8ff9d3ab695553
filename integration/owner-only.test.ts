/**
 * G11: another user's session answers exactly as one that never was. Whole answers are compared, over HTTP
 * and over the socket: status, headers, body, for every procedure and every command. A procedure that is added
 * and not tried here fails the first test.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { appRouter } from '../src/server/trpc/router.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { dataOf, httpCalls } from './harness/http-calls.ts'
import { readThroughClient, readWholeLog } from './harness/readers.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const opened = new AsyncDisposableStack()
let server: ServerProcess
let owner: string
let stranger: string
/** The owner's: one that runs, one that was deleted. */
let sessionId: string
let deletedId: string
/** The owner's, in the session. */
let queryId: string
let answerId: string
/** Where the owner's log stands. */
let cursor: string

/** As long as a real one. */
const neverId = 'f0'.repeat(20)

beforeAll(async () => {
  const folder = opened.use(await openTempFolder())
  const simulator = opened.use(await startSimulator())
  const env = { OPENROUTER_BASE_URL: simulator.url }
  server = opened.use(await startServer({ dataDir: folder.path, env }))
  owner = (await newGuest(server.url)).token
  stranger = (await newGuest(server.url)).token
  await using mine = openClient({ url: server.wsUrl, token: () => owner })
  const { client } = mine
  const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
  await simulator.next({ text: 'A secret answer.', pace })
  await simulator.next({ tokens: ['one', 'two'], hold: 1, pace })
  const session = await client.sessions.create({ title: 'A secret title' })
  sessionId = session.sessionId
  deletedId = (await client.sessions.create()).sessionId
  await client.sessions.delete(deletedId)
  const answer = session.ask('A secret question')
  queryId = answer.queryId
  answerId = (await answer.done).messageId
  // One that runs, and stands, so that there is something to cancel.
  using reader = readThroughClient(session)
  await session.send('Another')
  await reader.log.until(({ type, content }) => type === 'delta' && content === 'one')
  cursor = (await session.get()).lastEventId
})
afterAll(() => opened.disposeAsync())

interface Call {
  name: string
  kind: 'query' | 'mutation' | 'subscription'
  path: string
  input: (sessionId: string, id: string) => Record<string, unknown>
  /** In the answer, whichever session it is. */
  expected: string
}

/** Those that name no session: what they take and give is the caller's own. */
const namesNone = ['info', 'auth.guest', 'auth.refresh', 'session.create']
const notFound = 'SESSION_NOT_FOUND'

/** Every procedure that takes a session, with ids that the owner's session really has. */
function everyCall(): Call[] {
  const call = (
    kind: Call['kind'],
    path: string,
    more: () => Record<string, unknown> = () => ({}),
  ): Call => ({
    name: path,
    kind,
    path,
    expected: notFound,
    input: (of) => ({ sessionId: of, ...more() }),
  })
  const command = (name: string, args?: Record<string, unknown>): Call => ({
    name: `agent.command ${name}`,
    kind: 'mutation',
    path: 'agent.command',
    expected: name === 'no-such-command' ? 'INVALID_INPUT' : notFound,
    input: (of, id) => ({ sessionId: of, id, name, ...(args && { args }) }),
  })
  return [
    call('query', 'session.get'),
    call('query', 'session.history'),
    call('query', 'session.export', () => ({ format: 'json' })),
    call('mutation', 'session.update', () => ({ title: 'Taken over' })),
    call('mutation', 'session.delete'),
    call('subscription', 'session.events'),
    ...['abc-1', cursor].map((lastEventId) => ({
      name: `session.events from ${lastEventId === cursor ? 'the owner’s cursor' : 'a cursor'}`,
      kind: 'subscription' as const,
      path: 'session.events',
      expected: notFound,
      input: (of: string) => ({ sessionId: of, lastEventId }),
    })),
    call('query', 'session.history', () => ({ before: cursor })),
    {
      name: 'session.list after it',
      kind: 'query',
      path: 'session.list',
      expected: 'nextCursor',
      input: (of) => ({ cursor: `9999-01-01T00:00:00.000Z|${of}` }),
    },
    {
      name: 'notify',
      kind: 'mutation',
      path: 'notify',
      expected: 'BAD_TOKEN',
      input: (of, id) => ({ sessionId: of, id, content: 'From nobody' }),
    },
    {
      name: 'auth.revoke',
      kind: 'mutation',
      path: 'auth.revoke',
      expected: 'BAD_TOKEN',
      input: (of) => ({ userId: of }),
    },
    {
      name: 'agent.query',
      kind: 'mutation',
      path: 'agent.query',
      expected: notFound,
      input: (of, id) => ({ sessionId: of, id, content: 'Mine now' }),
    },
    {
      name: "agent.query under the owner's id",
      kind: 'mutation',
      path: 'agent.query',
      expected: notFound,
      input: (of) => ({ sessionId: of, id: queryId, content: 'A secret question' }),
    },
    {
      name: 'agent.feedback',
      kind: 'mutation',
      path: 'agent.feedback',
      expected: notFound,
      input: (of, id) => ({ sessionId: of, id, messageId: answerId, rating: 'down' }),
    },
    command('cancel'),
    command('cancel', { messageId: queryId }),
    command('edit', { messageId: queryId, content: 'Other words' }),
    command('hold', { messageId: queryId }),
    command('release', { messageId: queryId }),
    command('regenerate'),
    command('regenerate', { messageId: queryId }),
    command('clear'),
    command('model', { model: 'openai/gpt-4-turbo' }),
    command('help'),
    command('no-such-command'),
  ]
}

/** What a call of the stranger gets over HTTP, whole, with the session's id left out. */
async function overHttp({ kind, path, input }: Call, of: string, id: string): Promise<string> {
  const calls = httpCalls(server.url, stranger)
  const body = input(of, id)
  if (kind === 'subscription') {
    const { lastEventId } = body
    const resume = typeof lastEventId === 'string' ? { lastEventId } : {}
    await using events = calls.events({ sessionId: of, ...resume })
    return JSON.stringify(await events.answer()).replaceAll(of, '<session>')
  }
  const answer = kind === 'query' ? await calls.query(path, body) : await calls.mutate(path, body)
  return JSON.stringify(answer).replaceAll(of, '<session>')
}

/** The same over a socket: every frame up to the one that answers. */
function overSocket({ kind, path, input }: Call, of: string, id: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.wsUrl}?connectionParams=1`)
    socket.on('error', reject)
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token: stranger } }))
      socket.send(JSON.stringify({ id: 1, method: kind, params: { path, input: input(of, id) } }))
    })
    const frames: string[] = []
    socket.on('message', (bytes) => {
      const frame = bytes.toString()
      frames.push(frame.replaceAll(of, '<session>'))
      if (frame.includes('"type":"started"')) return
      resolve(frames.join('\n'))
      socket.terminate()
    })
    socket.on('close', () => reject(new Error('closed without an answer')))
  })
}

test('G11: every procedure that there is is tried', () => {
  const tried = new Set([...namesNone, ...everyCall().map(({ path }) => path)])
  expect([...tried].toSorted()).toEqual(Object.keys(appRouter._def.procedures).toSorted())
})

test('G11: every procedure, every command and the subscription answer as for a session that never was', async () => {
  await using mine = openClient({ url: server.wsUrl, token: () => owner })
  const session = mine.client.session(sessionId)
  const before = await readWholeLog(session)
  const record = await session.get()
  const differences: string[] = []
  let compared = 0
  for (const call of everyCall()) {
    for (const [transport, ask] of [
      ['http', overHttp],
      ['socket', overSocket],
    ] as const) {
      const id = crypto.randomUUID()
      const never = await ask(call, neverId, id)
      for (const [which, of] of [
        ['another user’s', sessionId],
        ['a deleted one', deletedId],
      ] as const) {
        const answer = await ask(call, of, id)
        compared++
        if (answer !== never) differences.push(`${call.name} (${transport}, ${which}): ${answer}`)
      }
      expect(never, call.name).toContain(call.expected)
    }
  }
  expect(differences).toEqual([])
  expect(compared).toBe(everyCall().length * 4)

  // Nothing of it left a trace.
  expect(await session.get()).toEqual(record)
  const after = await readWholeLog(session)
  expect(after.events.map(({ id }) => id)).toEqual(before.events.map(({ id }) => id))
  const theirs = await httpCalls(server.url, stranger).query('session.list', {})
  expect(theirs.body).toContain('"items":[]')
})

test('G11: with another user’s cursor one’s own session is read, from its beginning', async () => {
  const calls = httpCalls(server.url, stranger)
  const created = await calls.mutate('session.create', { title: 'My own' })
  const mine = dataOf(created, z.looseObject({ sessionId: z.string() })).sessionId
  await using events = calls.events({ sessionId: mine }, cursor)
  expect((await events.next()).event).toMatchObject({ type: 'reset', sessionId: mine })
  const { event } = await events.next()
  expect(event).toMatchObject({ seq: 1, sessionId: mine })
  const history = await calls.query('session.history', { sessionId: mine, before: cursor })
  expect(history.body).not.toContain('secret')
  await calls.mutate('session.delete', { sessionId: mine })
})
