/** Sessions that nobody asks anything of: closed after a while, opened again by a query, deleted in the end. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AgentError } from '../errors.ts'
import type { Store } from '../ports/store.ts'
import { type Bench, openBench, round, settings } from '../testing/agent-bench.ts'
import { isEndOf, isIdle, type Tab } from '../testing/tab.ts'

const sweepMs = 30_000
const { sessionTimeoutMs, retentionMs } = settings

let bench: Bench
let session: string
let tab: Tab
let failing = false

const wrap = (store: Store): Store => ({
  ...store,
  idleSince: (input) =>
    failing ? Promise.reject(new AgentError('STORE_UNAVAILABLE')) : store.idleSince(input),
})

beforeEach(async () => {
  failing = false
  bench = await openBench({ wrap })
  await bench.agent.recover()
  await bench.clock.armed(sweepMs)
  session = await bench.create()
  tab = await bench.follow(session)
})
afterEach(() => bench.close())

/** Lets so much time pass, and the sweep that follows do its work. */
async function pass(ms: number) {
  bench.clock.advance(ms)
  await bench.clock.armed(sweepMs)
  await round()
}

const isClosed = (event: { type: string; content: string }) =>
  event.type === 'notification' && event.content === 'Session closed due to inactivity'
const stateOf = async (sessionId = session) =>
  (await bench.agent.getSession('u1', { sessionId })).state

async function answer(id: string) {
  await bench.ask(session, id)
  const call = await bench.model.call()
  call.text(`A-${id}`)
  call.end()
  await tab.until(isEndOf(id))
  await round()
  return call
}

describe('SESSION_TIMEOUT', () => {
  test('T4, E9: a session without activity is closed: the notification is its last event, its memory is freed', async () => {
    await answer('q1')
    const { lastActivity } = await bench.agent.getSession('u1', { sessionId: session })
    await pass(sessionTimeoutMs)
    expect(await stateOf()).toBe('idle')
    expect(bench.agent.stats()).toMatchObject({ liveSessions: 1 })
    await pass(sweepMs)
    await tab.until(isClosed)
    expect(tab.story.slice(-2)).toEqual(['status closed', 'notification'])
    expect(bench.agent.stats()).toMatchObject({ liveSessions: 0 })
    // To be closed is no activity.
    const closed = await bench.agent.getSession('u1', { sessionId: session })
    expect(closed).toMatchObject({ state: 'closed', lastActivity })
    await pass(sessionTimeoutMs * 2)
    expect(tab.events.filter(isClosed).length).toBe(1)
  })

  test('T4: a query opens it again, with its history', async () => {
    await answer('q1')
    await pass(sessionTimeoutMs + sweepMs)
    await tab.until(isClosed)
    const call = await answer('q2')
    expect(call.request.messages.map(({ content }) => content)).toEqual([
      'Be kind.',
      'Question q1',
      'A-q1',
      'Question q2',
    ])
    expect(await stateOf()).toBe('idle')
    await pass(sessionTimeoutMs + sweepMs)
    expect(await stateOf()).toBe('closed')
  })

  test('T4: a new answer that is asked for opens it again, also over a crash', async () => {
    await answer('q1')
    await pass(sessionTimeoutMs + sweepMs)
    await bench.command(session, 'r1', 'regenerate', { messageId: 'q1' })
    expect(await stateOf()).not.toBe('closed')
    expect((await bench.model.call()).question).toBe('Question q1')
  })

  test('T4: one that runs, or where something waits or is held, stays open', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    await bench.ask(session, 'q2')
    await pass(sessionTimeoutMs + sweepMs)
    expect(await stateOf()).toBe('running')
    await bench.command(session, 'h1', 'hold', { messageId: 'q2' })
    call.end()
    await tab.until(isIdle)
    const lastActivity = bench.clock.now()
    // Its time would be up now, were it not for what is held, which is released first.
    bench.clock.advance(sessionTimeoutMs + sweepMs)
    expect((await bench.model.call()).question).toBe('Question q2')
    expect(tab.events.filter(isClosed)).toEqual([])
    expect(bench.clock.now() - lastActivity).toBeGreaterThan(sessionTimeoutMs)
  })

  test('T4: what was left by a process that ended is closed at the next start, many at once', async () => {
    const others = await Promise.all(Array.from({ length: 250 }, () => bench.create()))
    await bench.stop()
    const next = bench.another()
    next.clock.advance(sessionTimeoutMs + 1)
    await next.agent.recover()
    await next.clock.armed(sweepMs)
    for (const sessionId of [session, ...others]) {
      expect((await next.agent.getSession('u1', { sessionId })).state).toBe('closed')
    }
    expect(next.agent.stats()).toMatchObject({ liveSessions: 0 })
  })

  test('a store that cannot be asked now is asked again', async () => {
    failing = true
    await pass(sessionTimeoutMs + sweepMs)
    expect(await stateOf()).toBe('idle')
    failing = false
    await pass(sweepMs)
    expect(await stateOf()).toBe('closed')
  })

  test('a stop ends the sweep', async () => {
    await bench.agent.drain(0)
    expect(bench.clock.pending).toEqual([])
  })
})

describe('RETENTION_DAYS', () => {
  test('T5: an untouched session is deleted, and its followers end', async () => {
    await answer('q1')
    const others = await Promise.all(Array.from({ length: 50 }, () => bench.create()))
    await pass(sessionTimeoutMs + sweepMs)
    await pass(retentionMs)
    await tab.ended
    const list = await bench.agent.listSessions('u1', { limit: 50 })
    expect(list.items).toEqual([])
    expect(others.length).toBe(50)
    const gone = bench.agent.getSession('u1', { sessionId: session })
    await expect(gone).rejects.toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  })

  test('T5: one that was touched, or where an answer runs, stays', async () => {
    const other = await bench.create()
    await bench.ask(session, 'q1')
    await bench.model.call()
    bench.clock.advance(retentionMs / 2)
    await bench.agent.updateSession('u1', { sessionId: other, title: 'Kept' })
    await pass(retentionMs / 2 + sweepMs)
    expect(await stateOf(other)).toBe('closed')
    expect(await stateOf()).toBe('running')
  })
})

test('T6, G7: a session that waits and that nobody kicks is found by the sweep', async () => {
  const timestamp = new Date(bench.clock.now()).toISOString()
  // As another server leaves it that dies after its commit.
  const query = { type: 'query', messageId: 'q1', priority: 'normal', state: 'queued' } as const
  await bench.store.append({
    sessionId: session,
    events: [{ ...query, content: 'Anybody?', timestamp }],
    summary: { state: 'queued' },
  })
  await round()
  expect(bench.model.calls).toEqual([])
  bench.clock.advance(sweepMs)
  expect((await bench.model.call()).question).toBe('Anybody?')
})
