/**
 * What the tester's kit does to a connection, each word of it as docs/testing.md says it, against the real server; and
 * how it begins anew. The rest of the kit is tried by `package-commands.test.ts`, as other teams have it.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { AgentClient, SessionHandle } from '../src/client/index.ts'
import { when } from '../src/client/testing/when.ts'
import { type AgentServer, startAgentServer } from '../src/testing/index.ts'
import { connected, keepEager, openClient } from './harness/guest.ts'

const opened = new AsyncDisposableStack()
let server: AgentServer
beforeAll(async () => {
  server = opened.use(await startAgentServer())
})
afterEach(() => server.restore())
afterAll(() => opened.disposeAsync())

interface Conversation extends AsyncDisposable {
  agent: AgentClient
  session: SessionHandle
}

/** A client that is connected, and comes back as soon as it can. */
async function converse(): Promise<Conversation> {
  await using stack = new AsyncDisposableStack()
  const { token } = await server.newGuest()
  const { client } = stack.use(openClient({ url: server.trpcUrl, token: () => token }))
  stack.defer(keepEager(client))
  const session = await client.sessions.create()
  const rest = stack.move()
  return { agent: client, session, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}

/** Tells the session something past the connection, again and again: whatever passes would be here by then. */
async function muchHappens({ sessionId }: SessionHandle): Promise<string[]> {
  const contents = Array.from({ length: 20 }, (_, index) => `Build ${index} is green.`)
  for (const content of contents) await server.notify({ sessionId, content })
  return contents
}

/** Notifications as they come, each with what `isNow` was then. */
function notified(session: SessionHandle, isNow: () => boolean) {
  const leaving = new AbortController()
  const seen: { content: string; isNow: boolean }[] = []
  const waiting = new Map<string, () => void>()
  const reading = (async () => {
    for await (const event of session.events({ signal: leaving.signal })) {
      if (event.type !== 'notification') continue
      seen.push({ content: event.content, isNow: isNow() })
      waiting.get(event.content)?.()
    }
  })()
  return {
    seen,
    until: (content: string) =>
      seen.some((it) => it.content === content)
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.set(content, resolve)),
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await reading
    },
  }
}

test('Z7: frozen, nothing passes in either direction and nobody is told; afterwards what waited arrives', async () => {
  const { connection, model } = server
  await using talk = await converse()
  const { agent, session } = talk
  let isFrozen = false
  await using reader = notified(session, () => isFrozen)
  const notice = { sessionId: session.sessionId, content: 'Before' }
  await server.notify(notice)
  await reader.until('Before')

  connection.freeze()
  isFrozen = true
  await model.next({ text: 'I hear you.' })
  const sent = session.send('Anyone?').then(() => isFrozen)
  // Who comes meanwhile is frozen too.
  const asked = fetch(`${server.url}/healthz`).then(({ status }) => [status, isFrozen])
  const contents = await muchHappens(session)
  expect(await model.requests()).toEqual([])
  expect(agent.connection.getSnapshot()).toEqual({ state: 'connected', transport: 'websocket' })

  isFrozen = false
  connection.restore()
  expect(await asked).toEqual([200, false])
  expect(await sent).toBe(false)
  await reader.until(contents.at(-1) ?? '')
  const since = reader.seen.slice(reader.seen.findIndex(({ content }) => content === 'Before') + 1)
  expect(since).toEqual(contents.map((content) => ({ content, isNow: false })))
  expect((await model.finished()).body.messages.at(-1)?.content).toBe('Anyone?')
})

test('Z7: while it is frozen, a server that dies is not noticed; afterwards it is, and nothing is lost', async () => {
  const { connection, model } = server
  await using talk = await converse()
  const { agent, session } = talk
  await model.next({ text: 'One, two, three.', hold: 1 }, { text: 'One, two, three.' })
  const answer = session.ask('Count')
  await model.held()
  connection.freeze()
  await server.kill()
  const asked = fetch(`${server.url}/healthz`).then(({ status }) => status)
  await server.start()
  expect(agent.connection.getSnapshot()).toEqual({ state: 'connected', transport: 'websocket' })
  connection.restore()
  expect((await answer.done).content).toBe('One, two, three.')
  expect(await asked).toBe(200)
})

test('Z7: where replies are lost, what is sent arrives; afterwards it is sent again, and counts once', async () => {
  const { connection, model } = server
  await using talk = await converse()
  const { session } = talk
  let isLost = false
  await using reader = notified(session, () => isLost)
  await server.notify({ sessionId: session.sessionId, content: 'Before' })
  await reader.until('Before')

  connection.loseReplies()
  isLost = true
  await model.next({ text: 'It is a list.' })
  const sent = session.send('What is a log?').then(() => isLost)
  // Cut at the end: it has no answer, and never will.
  const asked = fetch(`${server.url}/healthz`).then(
    () => 'answered',
    () => `broken, lost: ${isLost}`,
  )
  expect((await model.finished()).body.messages.at(-1)?.content).toBe('What is a log?')
  const contents = await muchHappens(session)

  isLost = false
  connection.restore()
  expect(await asked).toBe('broken, lost: false')
  expect(await sent).toBe(false)
  await reader.until(contents.at(-1) ?? '')
  const since = reader.seen.slice(reader.seen.findIndex(({ content }) => content === 'Before') + 1)
  expect(since).toEqual(contents.map((content) => ({ content, isNow: false })))
  expect(await model.requests()).toHaveLength(1)
  const { messages } = await talk.agent.sessions.history(session.sessionId)
  expect(messages.map(({ content }) => content)).toEqual(['What is a log?', 'It is a list.'])
})

test('Z7: where WebSocket is blocked, upgrades are refused and HTTP passes; clients go over HTTP, and come back', async () => {
  const { connection, model } = server
  await using talk = await converse()
  const { agent, session } = talk
  await connected(agent)
  connection.blockWebSocket()
  expect(await upgrade(server.plainUrl)).toBe('refused')
  expect((await fetch(`${server.trpcUrl}/info`)).status).toBe(200)
  await when(agent.connection, (it) => it.state === 'connected' && it.transport === 'sse')
  await model.next({ tokens: ['Up, ', 'down.'], hold: 1 })
  const answer = session.ask('Directions?')
  await model.held()

  connection.restore()
  expect(await upgrade(server.plainUrl)).toBe('open')
  agent.connection.retryNow()
  await when(agent.connection, (it) => it.state === 'connected' && it.transport === 'websocket')
  await model.release()
  expect((await answer.done).content).toBe('Up, down.')
  expect(await model.requests()).toHaveLength(1)
})

function upgrade(url: string): Promise<'open' | 'refused'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.addEventListener('open', () => {
      resolve('open')
      socket.close()
    })
    socket.addEventListener('error', () => resolve('refused'))
  })
}

test('Z6: what a test leaves waiting is not asked in the next one', async () => {
  const { model } = server
  {
    await using talk = await converse()
    await model.hold(1)
    await Promise.all(['First', 'Second', 'Third'].map((content) => talk.session.send(content)))
    await model.held()
  }
  await server.restore()
  await model.next({ text: 'For the fourth alone.' })
  await using talk = await converse()
  expect((await talk.session.ask('Fourth').done).content).toBe('For the fourth alone.')
  const asked = (await model.requests()).map(({ body }) => body.messages.at(-1)?.content)
  expect(asked).toEqual(['Fourth'])
})
