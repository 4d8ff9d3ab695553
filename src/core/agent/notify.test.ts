/** `notify`: what other programs tell sessions. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LogEvent } from '../events.ts'
import type { Store } from '../ports/store.ts'
import { type Bench, openBench, round } from '../testing/agent-bench.ts'

let bench: Bench
/** Appends that may still be made; then the store fails, as it does where the process ends. */
let appendsLeft = Number.POSITIVE_INFINITY
const wrap = (store: Store): Store => ({
  ...store,
  append(input) {
    if (appendsLeft-- <= 0) return Promise.reject(new Error('the end'))
    return store.append(input)
  },
})
beforeEach(async () => {
  appendsLeft = Number.POSITIVE_INFINITY
  bench = await openBench({ wrap })
})
afterEach(() => bench.close())

const hello = { content: 'The build is red.', level: 'warning', data: { build: 7 } } as const
const logOf = (sessionId: string): Promise<LogEvent[]> =>
  bench.store.read({ sessionId, after: 0, limit: 100, maxChars: 1_000_000 })
const notificationsIn = async (sessionId: string) =>
  (await logOf(sessionId)).filter(({ content }) => content === hello.content)

test('N1: a session gets it at its end, and who follows it at once', async () => {
  const sessionId = await bench.create()
  const tab = await bench.follow(sessionId)
  const reply = await bench.agent.notify({ sessionId, id: 'n', ...hello })
  expect(reply).toEqual({ sessions: [{ sessionId, seq: 2 }] })
  const event = await tab.until(({ type, seq }) => type === 'notification' && seq === 2)
  expect(event).toMatchObject(hello)
})

test('N2: the same id is the same request; with another body, or to another, it is a conflict', async () => {
  const [sessionId, another] = [await bench.create(), await bench.create()]
  const ask = (more: object = {}) => bench.agent.notify({ sessionId, id: 'n', ...hello, ...more })
  const replies = await Promise.all([ask(), ask(), ask({ data: { build: 7 } })])
  for (const reply of replies) expect(reply).toEqual({ sessions: [{ sessionId, seq: 2 }] })
  for (const more of [
    { content: 'Other' },
    { level: 'info' },
    { data: 1 },
    { sessionId: another },
  ]) {
    await expect(ask(more)).rejects.toMatchObject({ reason: 'ID_CONFLICT' })
  }
  const toUser = { userId: 'u1', id: 'n', ...hello }
  await expect(bench.agent.notify(toUser)).rejects.toMatchObject({ reason: 'ID_CONFLICT' })
  expect(await notificationsIn(sessionId)).toHaveLength(1)
  expect(await notificationsIn(another)).toHaveLength(0)
})

test('N2: ids of services and of users are apart', async () => {
  const sessionId = await bench.create()
  await bench.ask(sessionId, 'n')
  const { sessions } = await bench.agent.notify({ sessionId, id: 'n', ...hello })
  expect(sessions).toMatchObject([{ sessionId }])
})

test('no such session: it says so, and nothing is kept', async () => {
  const input = { sessionId: 'none', id: 'n', ...hello }
  await expect(bench.agent.notify(input)).rejects.toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  const sessionId = await bench.create()
  expect((await bench.agent.notify({ ...input, sessionId })).sessions).toHaveLength(1)
})

test('N3: a user of many sessions: all of them, by batches; cut in the middle it goes on by its id', async () => {
  const mine = await Promise.all(Array.from({ length: 250 }, () => bench.create()))
  const theirs = await bench.create('u2')
  const input = { userId: 'u1', id: 'n', ...hello }
  appendsLeft = 130
  await expect(bench.agent.notify(input)).rejects.toThrow('the end')
  appendsLeft = Number.POSITIVE_INFINITY
  bench.clock.advance(1000)
  const later = await bench.create()
  const { sessions } = await bench.agent.notify(input)
  expect(sessions.map((it) => it.sessionId).toSorted()).toEqual(mine.toSorted())
  for (const { sessionId, seq } of sessions) {
    expect((await notificationsIn(sessionId)).map((event) => event.seq)).toEqual([seq])
  }
  expect(await bench.agent.notify(input)).toEqual({ sessions })
  for (const other of [theirs, later]) expect(await notificationsIn(other)).toEqual([])
})

test('N4: it is no activity: a closed session stays closed, and lists stay as they are', async () => {
  const sessionId = await bench.create()
  await bench.agent.recover()
  await round()
  const closed = (await bench.follow(sessionId)).until(
    (event) => event.type === 'status' && event.state === 'closed',
  )
  bench.clock.advance(31 * 60_000)
  await closed
  const before = await bench.agent.getSession('u1', { sessionId })
  expect(before.state).toBe('closed')
  await bench.agent.notify({ sessionId, id: 'n', ...hello })
  const after = await bench.agent.getSession('u1', { sessionId })
  expect({ ...after, lastEventId: '' }).toEqual({ ...before, lastEventId: '' })
  const { lastEventId } = await bench.agent.history('u1', { sessionId, limit: 50 })
  expect(lastEventId).toBe(after.lastEventId)
  expect((await logOf(sessionId)).at(-1)).toMatchObject(hello)
})

test('N5: data over the size of a message is refused by name', async () => {
  const sessionId = await bench.create()
  const data = { text: 'x'.repeat(65_536) }
  await expect(bench.agent.notify({ sessionId, id: 'n', ...hello, data })).rejects.toMatchObject({
    reason: 'INVALID_INPUT',
    fields: { data: expect.any(String) },
  })
})
