/** `session.*`: make, list, read, change, delete and follow, by their owner alone. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench, round } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, isIdle } from '../testing/tab.ts'

let bench: Bench
let session: string

beforeEach(async () => {
  bench = await openBench()
  session = await bench.create()
})
afterEach(() => bench.close())

async function answer(id: string, text = `Answer to ${id}`): Promise<void> {
  const tab = await bench.follow(session)
  await bench.ask(session, id)
  const call = await bench.model.call()
  call.text(text)
  call.end()
  await tab.until(isEndOf(id))
  await tab.close()
}

describe('create', () => {
  test('the log begins with the welcome', async () => {
    const made = await bench.agent.createSession('u1', { title: 'Mine', model: 'm2' })
    expect(made).toMatchObject({ title: 'Mine', model: 'm2', state: 'idle' })
    const tab = await bench.follow(made.sessionId)
    const welcome = await tab.until(() => true)
    expect(welcome).toMatchObject({
      type: 'notification',
      seq: 1,
      id: made.lastEventId,
      content: `Connected to Agent WebSocket. Session ID: ${made.sessionId}`,
    })
  })

  test('G5: the same id makes one session; with another body it is refused', async () => {
    const input = { id: 'c1', title: 'Mine' }
    const made = await Promise.all(
      Array.from({ length: 20 }, () => bench.agent.createSession('u1', input)),
    )
    for (const each of made) expect(each).toEqual(made[0])
    expect((await bench.agent.listSessions('u1', { limit: 50 })).items.length).toBe(2)
    await expect(bench.agent.createSession('u1', { id: 'c1' })).rejects.toMatchObject({
      reason: 'ID_CONFLICT',
    })
    expect((await bench.agent.createSession('u2', input)).sessionId).not.toBe(made[0]?.sessionId)
  })

  test('a model that is not offered is refused', async () => {
    await expect(bench.agent.createSession('u1', { model: 'm9' })).rejects.toMatchObject({
      reason: 'INVALID_INPUT',
      fields: { model: 'must be one of: m1, m2, m3' },
    })
  })
})

describe('list', () => {
  test('latest activity first, in pages that miss nothing and double nothing', async () => {
    const all = [session]
    for (let n = 0; n < 6; n++) {
      bench.clock.advance(n % 2 ? 1000 : 0)
      all.push(await bench.create())
    }
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof bench.agent.listSessions>> =
        await bench.agent.listSessions('u1', { limit: 2, cursor })
      seen.push(...page.items.map(({ sessionId }) => sessionId))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen.toSorted()).toEqual(all.toSorted())
    const { items } = await bench.agent.listSessions('u1', { limit: 50 })
    expect(items.map(({ sessionId }) => sessionId)).toEqual(seen)
    const times = items.map(({ lastActivity }) => lastActivity)
    expect(times).toEqual(times.toSorted().toReversed())
  })

  test('finds a part of a title, and refuses a cursor that is none', async () => {
    await bench.agent.updateSession('u1', { sessionId: session, title: 'Über Bäume' })
    await bench.create()
    const { items } = await bench.agent.listSessions('u1', { limit: 50, search: 'BÄUM' })
    expect(items.map(({ title }) => title)).toEqual(['Über Bäume'])
    await expect(
      bench.agent.listSessions('u1', { limit: 50, cursor: 'garbage' }),
    ).rejects.toMatchObject({ reason: 'INVALID_INPUT' })
  })
})

describe('history', () => {
  test('pages back to the beginning, and tells where to follow from', async () => {
    for (let n = 1; n <= 5; n++) await answer(`q${n}`)
    const first = await bench.agent.history('u1', { sessionId: session, limit: 4 })
    expect(first.messages.map(({ content }) => content)).toEqual([
      'Question q4',
      'Answer to q4',
      'Question q5',
      'Answer to q5',
    ])
    const before = first.messages[0]?.seq
    const second = await bench.agent.history('u1', { sessionId: session, limit: 4, before })
    const third = await bench.agent.history('u1', {
      sessionId: session,
      limit: 4,
      before: second.messages[0]?.seq,
    })
    expect([second.messages.length, third.messages.length]).toEqual([4, 2])
    expect([first.hasMore, second.hasMore, third.hasMore]).toEqual([true, true, false])
    expect(third.notices).toMatchObject([{ after: null, notice: { seq: 1 } }])

    const tab = await bench.follow(session, first.lastEventId)
    await answer('q6')
    await tab.until(isIdle)
    expect(tab.story[0]).toBe('query queued')
  })

  test('before an event id as well as before a number; not before garbage', async () => {
    await answer('q1')
    await answer('q2')
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 2 })
    const seq = messages[0]?.seq ?? 0
    const read = (before: number | string) =>
      bench.agent.history('u1', { sessionId: session, limit: 9, before })
    expect(await read(`e-${seq}`)).toEqual(await read(seq))
    await expect(read('garbage')).rejects.toMatchObject({ reason: 'INVALID_INPUT' })
  })

  test('has the running answer and what waits', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    const tab = await bench.follow(session)
    call.text('So')
    await tab.until(isDelta)
    await bench.ask(session, 'q2')
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 50 })
    expect(messages.map(({ state, content }) => `${state}: ${content}`)).toEqual([
      'running: Question q1',
      'streaming: So',
      'queued: Question q2',
    ])
  })
})

describe('update', () => {
  test('changes title and model, shows it to every tab, and is nothing the second time', async () => {
    const tab = await bench.follow(session)
    const input = { sessionId: session, title: 'Named', model: 'm3' }
    expect(await bench.agent.updateSession('u1', input)).toMatchObject({
      title: 'Named',
      model: 'm3',
    })
    await bench.agent.updateSession('u1', input)
    await bench.agent.updateSession('u1', { sessionId: session })
    await answer('q1')
    expect(tab.story.slice(1, 4)).toEqual(['command rename', 'command model', 'query queued'])
    // A name that was given stays.
    expect((await bench.agent.getSession('u1', { sessionId: session })).title).toBe('Named')
    await expect(
      bench.agent.updateSession('u1', { sessionId: session, model: 'm9' }),
    ).rejects.toMatchObject({ reason: 'INVALID_INPUT' })
  })
})

describe('export', () => {
  test('as Markdown and as JSON', async () => {
    await answer('q1', '# So')
    await bench.agent.updateSession('u1', { sessionId: session, title: 'Ärger & Co: 1/2' })
    const markdown = await bench.agent.exportSession('u1', {
      sessionId: session,
      format: 'markdown',
    })
    expect(markdown.filename).toMatch(/^[\p{Letter}\p{Number}-]+\.md$/u)
    expect(markdown.content).toMatch(
      /^# Ärger & Co: 1\/2\n[\s\S]*## You[\s\S]*> Question q1[\s\S]*> # So\n$/,
    )
    const json = await bench.agent.exportSession('u1', { sessionId: session, format: 'json' })
    expect(JSON.parse(json.content)).toMatchObject({
      sessionId: session,
      messages: [{ content: 'Question q1' }, { content: '# So' }],
    })
  })
})

test('H7: what was thought is in the JSON export, and not in the Markdown one', async () => {
  const tab = await bench.follow(session)
  await bench.ask(session, 'q1')
  const call = await bench.model.call()
  call.reasoning('Hmm, let me see.')
  call.text('So.')
  call.end()
  await tab.until(isEndOf('q1'))
  await tab.close()
  const written = async (format: 'markdown' | 'json') =>
    (await bench.agent.exportSession('u1', { sessionId: session, format })).content
  expect(await written('json')).toContain('Hmm, let me see.')
  const markdown = await written('markdown')
  expect(markdown).toContain('> So.')
  expect(markdown).not.toContain('Hmm')
})

describe('delete', () => {
  test('in the middle of a turn: the model is let go, followers end, nothing is left', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    await bench.ask(session, 'q2')
    const call = await bench.model.call()
    call.text('So', ' far')
    await tab.until(isDelta)
    expect(await bench.agent.deleteSession('u1', { sessionId: session })).toEqual({ deleted: true })
    await tab.ended
    expect(call.signal.aborted).toBe(true)
    await round()
    bench.clock.advance(60_000)
    await round()
    expect(bench.model.calls.length).toBe(1)
    expect(bench.clock.pending).toEqual([])
    expect(bench.agent.stats()).toEqual({
      activeTurns: 0,
      waitingTurns: 0,
      followers: 0,
      liveSessions: 0,
    })
    await expect(bench.ask(session, 'q3')).rejects.toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  })

  test('of an idle one: nothing is kept of it', async () => {
    await answer('q1')
    await round()
    expect(bench.agent.stats().liveSessions).toBe(1)
    await bench.agent.deleteSession('u1', { sessionId: session })
    expect(bench.agent.stats().liveSessions).toBe(0)
  })

  test('while the model is silent: it does not go on for nobody', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    await bench.agent.deleteSession('u1', { sessionId: session })
    expect(call.signal.aborted).toBe(true)
  })

  test('G7: one that fails leaves the answer running', async () => {
    let broken = true
    const fragile = await openBench({
      wrap: (store) => ({
        ...store,
        deleteSession: (id) => (broken ? Promise.reject(new Error('no')) : store.deleteSession(id)),
      }),
    })
    const sessionId = await fragile.create()
    const tab = await fragile.follow(sessionId)
    await fragile.ask(sessionId, 'q1')
    const call = await fragile.model.call()
    await expect(fragile.agent.deleteSession('u1', { sessionId })).rejects.toThrow('no')
    call.end()
    await tab.until(isIdle)
    broken = false
    await fragile.agent.deleteSession('u1', { sessionId })
    await fragile.close()
  })

  test('of one that is gone: as of one that never was', async () => {
    await bench.agent.deleteSession('u1', { sessionId: session })
    const gone = await bench.agent
      .deleteSession('u1', { sessionId: session })
      .catch((cause: unknown) => cause)
    expect(gone).toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  })
})

describe('follow', () => {
  const resets = [
    ['garbage', 'unknown-cursor'],
    ['e999-1', 'new-epoch'],
    ['EPOCH-99', 'unknown-cursor'],
  ] as const

  test.each(resets)('G8, E6: from `%s`: a reset (%s), then everything', async (cursor, reason) => {
    await answer('q1')
    await round()
    const { lastEventId } = await bench.agent.getSession('u1', { sessionId: session })
    const tab = await bench.follow(
      session,
      cursor.replace('EPOCH', lastEventId.split('-')[0] ?? ''),
    )
    await tab.until(isIdle)
    expect(tab.story).toEqual([
      'reset',
      'notification',
      'query queued',
      'status thinking',
      'status streaming',
      'response stop',
      'status idle',
    ])
    expect(tab.events[0]).toMatchObject({ reason, seq: 0, sessionId: session })
    // Cut off right after the reset, a reader comes back with its id: everything, without another.
    const again = await bench.follow(session, tab.events[0]?.id ?? '')
    await again.until(isIdle)
    expect(again.story).toEqual(tab.story.slice(1))
  })

  test('from the last event: what comes, and nothing else', async () => {
    const { lastEventId } = await bench.agent.getSession('u1', { sessionId: session })
    const tab = await bench.follow(session, lastEventId)
    await answer('q1')
    await tab.until(isIdle)
    expect(tab.story[0]).toBe('query queued')
  })

  test('G1: two tabs, on two servers, are given the same', async () => {
    const tabs = [await bench.follow(session), await bench.another().follow(session)]
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    for (const word of ['One', ' two', ' three']) {
      call.text(word)
      bench.clock.advance(200)
      await round()
    }
    call.end()
    for (const tab of tabs) await tab.until(isIdle)
    expect(tabs[1]?.events).toEqual(tabs[0]?.events)
  })
})

describe('G11: another user', () => {
  test('gets from every verb exactly what a session gets that does not exist', async () => {
    await answer('q1')
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 9 })
    const messageId = messages[1]?.messageId ?? ''
    const { agent } = bench
    const { signal } = new AbortController()
    const id = 'x1'
    const verbs: ((sessionId: string) => Promise<unknown>)[] = [
      (sessionId) => agent.getSession('u2', { sessionId }),
      (sessionId) => agent.history('u2', { sessionId, limit: 5 }),
      (sessionId) => agent.updateSession('u2', { sessionId, title: 'Mine' }),
      (sessionId) => agent.deleteSession('u2', { sessionId }),
      (sessionId) => agent.exportSession('u2', { sessionId, format: 'json' }),
      (sessionId) => agent.follow('u2', { sessionId }, signal),
      (sessionId) => agent.query('u2', { sessionId, id, content: 'Hi', priority: 'normal' }),
      (sessionId) => agent.command('u2', { sessionId, id, name: 'cancel' }),
      (sessionId) => agent.feedback('u2', { sessionId, id, messageId, rating: 'up' }),
    ]
    for (const verb of verbs) {
      const [theirs, none] = await Promise.all(
        [session, 'nowhere'].map((sessionId) => verb(sessionId).catch((cause: unknown) => cause)),
      )
      expect(theirs).toMatchObject({ reason: 'SESSION_NOT_FOUND' })
      expect(theirs).toEqual(none)
    }
    expect((await agent.listSessions('u2', { limit: 50 })).items).toEqual([])
    expect(agent.stats().followers).toBe(0)
    expect((await agent.getSession('u1', { sessionId: session })).title).toBe('Question q1')
  })
})
