/**
 * The router over HTTP, for those whom a proxy keeps from WebSocket: a whole conversation with `fetch`
 * alone, and server-sent events that resume. It has to say the same as the socket.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { EventLog } from './harness/event-log.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { dataOf, type HttpCalls, httpCalls } from './harness/http-calls.ts'
import { readWholeLog } from './harness/readers.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
const session = z.looseObject({ sessionId: z.string(), title: z.string(), state: z.string() })
const reply = z.object({
  messageId: z.string(),
  seq: z.int(),
  state: z.string(),
  position: z.int(),
})

const opened = new AsyncDisposableStack()
let simulator: SimulatorProcess
let server: ServerProcess
let token: string
let calls: HttpCalls

beforeAll(async () => {
  const folder = opened.use(await openTempFolder())
  simulator = opened.use(await startSimulator())
  const env = { OPENROUTER_BASE_URL: simulator.url }
  server = opened.use(await startServer({ dataDir: folder.path, env }))
  token = (await newGuest(server.url)).token
  calls = httpCalls(server.url, token)
})
afterAll(() => opened.disposeAsync())

async function newSession(): Promise<string> {
  return dataOf(await calls.mutate('session.create', {}), session).sessionId
}

test('a whole conversation by queries, mutations and server-sent events', async () => {
  await simulator.next({ text: 'Four.', pace })
  const sessionId = await newSession()
  await using events = calls.events({ sessionId })
  expect((await events.next()).event).toMatchObject({
    type: 'notification',
    content: `Connected to Agent WebSocket. Session ID: ${sessionId}`,
  })
  const id = crypto.randomUUID()
  const query = { sessionId, id, content: 'Two and two?' }
  const answer = await calls.mutate('agent.query', query)
  expect(dataOf(answer, reply)).toMatchObject({ messageId: id, seq: 2 })
  const log = new EventLog()
  while (!log.ends().has(id)) log.add((await events.next()).event)
  expect(log.ends().get(id)).toMatchObject([{ type: 'response', content: 'Four.' }])

  // G5: sent again, it is the same request; with other words it is a conflict.
  const again = await calls.mutate('agent.query', query)
  expect(dataOf(again, reply)).toEqual({ messageId: id, seq: 2, state: 'done', position: 0 })
  const other = await calls.mutate('agent.query', { ...query, content: 'Three and three?' })
  expect(other.status).toBe(409)
  expect(other.body).toContain('"reason":"ID_CONFLICT"')

  const feedback = { sessionId, id: crypto.randomUUID(), messageId: answerIdOf(log), rating: 'up' }
  dataOf(await calls.mutate('agent.feedback', feedback), z.object({ seq: z.int() }))
  const renamed = await calls.mutate('session.update', { sessionId, title: 'Sums' })
  expect(dataOf(renamed, session).title).toBe('Sums')
  const history = await calls.query('session.history', { sessionId })
  const page = z.looseObject({ messages: z.array(z.looseObject({ content: z.string() })) })
  expect(dataOf(history, page).messages).toMatchObject([
    { content: 'Two and two?', role: 'user' },
    { content: 'Four.', role: 'assistant', rating: 'up' },
  ])
  const list = dataOf(await calls.query('session.list', {}), z.object({ items: z.array(session) }))
  expect(list.items.map((it) => it.sessionId)).toContain(sessionId)
  const file = await calls.query('session.export', { sessionId, format: 'markdown' })
  expect(dataOf(file, z.object({ filename: z.string(), content: z.string() })).content).toContain(
    'Four.',
  )
  dataOf(
    await calls.mutate('session.delete', { sessionId }),
    z.object({ deleted: z.literal(true) }),
  )
  expect((await calls.query('session.get', { sessionId })).status).toBe(404)
})

function answerIdOf(log: EventLog): string {
  const response = log.events.find(({ type }) => type === 'response')
  if (response?.type !== 'response') throw new Error('no response')
  return response.messageId
}

test('G2: server-sent events resume after the last id, in the middle of an answer, by header and by input', async () => {
  const tokens = Array.from({ length: 30 }, (_, index) => `word-${index} `)
  const hold = 3
  const sessionId = await newSession()
  await simulator.reset()
  await simulator.next({ tokens, hold, pace })
  const id = crypto.randomUUID()
  const log = new EventLog()
  const ids: string[] = []
  await calls.mutate('agent.query', { sessionId, id, content: 'Go' })
  const ended = () => log.ends().has(id)
  // A new stream for each event or two: by the header, by the input, and by both.
  for (let round = 0; !ended(); round++) {
    const last = log.lastEventId
    const byHeader = last !== null && round % 3 !== 1
    const byInput = last !== null && round % 3 !== 0
    const input = { sessionId, ...(byInput && { lastEventId: last }) }
    await using events = calls.events(input, byHeader ? last : undefined)
    for (let count = 0; count < 1 + (round % 2) && !ended(); count++) {
      const { id: eventId, event } = await events.next()
      expect(eventId).toBe(event.id)
      ids.push(eventId)
      log.add(event)
      if (event.type === 'delta') await simulator.release(1, 4)
    }
  }
  expect(log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
  expect(new Set(ids).size).toBe(ids.length)
  expect(log.ends().get(id)).toMatchObject([{ type: 'response', content: tokens.join('') }])
  const deltas = log.events.flatMap((event) => (event.type === 'delta' ? [event] : []))
  expect(deltas.length).toBeGreaterThan(3)
  let text = ''
  for (const { offset, content } of deltas) {
    expect(offset).toBe(text.length)
    text += content
  }
  expect(tokens.join('').startsWith(text)).toBe(true)

  // The same log over the socket.
  await using direct = openClient({ url: server.wsUrl, token: () => token })
  const truth = await readWholeLog(direct.client.session(sessionId))
  await using rest = calls.events({ sessionId }, log.lastEventId ?? '')
  while (log.lastSeq < truth.lastSeq) log.add((await rest.next()).event)
  expect(log.items).toEqual(truth.items)
  expect(log.missing(truth)).toEqual([])
})

test('G8: a cursor of another log gets a reset, then everything', async () => {
  const sessionId = await newSession()
  for (const cursor of ['nonsense', 'otherepoch-7']) {
    await using events = calls.events({ sessionId }, cursor)
    expect((await events.next()).event).toMatchObject({ type: 'reset', seq: 0 })
    expect((await events.next()).event).toMatchObject({ type: 'notification', seq: 1 })
  }
})

test('without a token, or with one that is not right, every procedure is refused, and streams are too', async () => {
  const sessionId = await newSession()
  for (const [bad, reason] of [
    ['', 'NO_TOKEN'],
    ['nonsense', 'BAD_TOKEN'],
  ] as const) {
    const nobody = httpCalls(server.url, bad)
    const answers = await Promise.all([
      nobody.query('session.list', {}),
      nobody.query('session.get', { sessionId }),
      nobody.mutate('session.create', {}),
      nobody.mutate('agent.query', { sessionId, id: crypto.randomUUID(), content: 'Go' }),
    ])
    for (const { status, body } of answers) {
      expect(status).toBe(401)
      expect(body).toContain(`"reason":"${reason}"`)
    }
    await using events = nobody.events({ sessionId })
    expect((await events.answer()).body).toContain(`"reason":"${reason}"`)
  }
})
