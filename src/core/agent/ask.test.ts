/** `agent.query`: committed once by its id, answered in order. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/agent-bench.ts'
import { isEndOf, isIdle } from '../testing/tab.ts'

let bench: Bench
let session: string

beforeEach(async () => {
  bench = await openBench({ settings: { maxQueued: 3 } })
  session = await bench.create()
})
afterEach(() => bench.close())

/** Answers what is asked until nothing waits; returns the questions in the order in which they came. */
async function answerAll(count: number): Promise<string[]> {
  const questions: string[] = []
  while (questions.length < count) {
    const call = await bench.model.call()
    questions.push(call.question)
    call.end()
  }
  return questions
}

describe('once', () => {
  test('G5: fifty equal calls at once are one query, one turn and one answer', async () => {
    const tab = await bench.follow(session)
    const replies = await Promise.all(Array.from({ length: 50 }, () => bench.ask(session, 'q1')))
    for (const reply of replies) expect(reply).toMatchObject({ messageId: 'q1', seq: 2 })
    const call = await bench.model.call()
    call.end()
    await tab.until(isIdle)
    expect(bench.model.calls.length).toBe(1)
    expect(tab.story.filter((each) => each === 'query queued').length).toBe(1)
    // Also when it comes again much later.
    expect(await bench.ask(session, 'q1')).toEqual({
      messageId: 'q1',
      seq: 2,
      state: 'done',
      position: 0,
    })
    expect(bench.model.calls.length).toBe(1)
  })

  test('G5: the same id is another request with another content, priority or session', async () => {
    const other = await bench.create()
    await bench.ask(session, 'q1')
    const conflict = { reason: 'ID_CONFLICT' }
    await expect(bench.ask(session, 'q1', { content: 'Else' })).rejects.toMatchObject(conflict)
    await expect(bench.ask(session, 'q1', { priority: 'high' })).rejects.toMatchObject(conflict)
    await expect(bench.ask(other, 'q1')).rejects.toMatchObject(conflict)
    await expect(bench.command(session, 'q1', 'clear')).rejects.toMatchObject(conflict)
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 50 })
    expect(messages.filter(({ role }) => role === 'user').length).toBe(1)
  })

  test('G5: of two bodies that race for one id, one wins and the other is refused', async () => {
    const results = await Promise.allSettled([
      bench.ask(session, 'q1', { content: 'A' }),
      bench.ask(session, 'q1', { content: 'B' }),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const [call] = [await bench.model.call()]
    expect(bench.model.calls.length).toBe(1)
    call?.end()
  })

  test('G5: ids are of the user: two users may use the same', async () => {
    const theirs = await bench.create('u2')
    await bench.ask(session, 'q1')
    expect((await bench.ask(theirs, 'q1', { as: 'u2' })).seq).toBe(2)
  })
})

describe('the queue', () => {
  test('G6: one turn at a time; high priority first, then in the order of arrival', async () => {
    const tab = await bench.follow(session)
    const first = await bench.ask(session, 'q1')
    expect(['queued', 'running']).toContain(first.state)
    const call = await bench.model.call()
    const replies = [
      await bench.ask(session, 'q2'),
      await bench.ask(session, 'q3', { priority: 'high' }),
      await bench.ask(session, 'q4', { priority: 'high' }),
    ]
    expect(replies.map(({ state, position }) => ({ state, position }))).toEqual([
      { state: 'queued', position: 1 },
      { state: 'queued', position: 1 },
      { state: 'queued', position: 2 },
    ])
    expect(bench.model.calls.length).toBe(1)
    expect((await bench.ask(session, 'q1')).state).toBe('running')
    call.end()
    expect(await answerAll(3)).toEqual(['Question q3', 'Question q4', 'Question q2'])
    await tab.until(isIdle)
    // Never two at once: each begins after the end of the one before.
    const course = tab.story.filter((each) => /thinking|response/.test(each))
    expect(course).toEqual(
      Array.from({ length: 4 }, () => ['status thinking', 'response stop']).flat(),
    )
    expect(tab.story.filter((each) => each === 'status idle').length).toBe(1)
  })

  test('G6, Q1: asked without waiting, they stand in the order in which they came', async () => {
    const questions = Array.from({ length: 15 }, (_, n) => n)
    for (let server = 0; server < 20; server++) {
      // One that has not opened the session yet, as after a start.
      const cold = bench.another({ maxQueued: 20 })
      const asked = await bench.create()
      const replies = await Promise.all(
        questions.map((n) => cold.ask(asked, `s${server}q${n}`, { content: `Question ${n}` })),
      )
      const places = replies.map(({ seq }) => seq)
      expect(places).toEqual(places.toSorted((one, other) => one - other))
    }
  })

  test('MAX_QUEUED: one more is refused, exactly, also where they come at once', async () => {
    await bench.ask(session, 'q0')
    const call = await bench.model.call()
    const ids = Array.from({ length: 10 }, (_, n) => `q${n + 1}`)
    const results = await Promise.allSettled(ids.map((id) => bench.ask(session, id)))
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBe(7)
    for (const each of refused) {
      expect(each).toMatchObject({ reason: { reason: 'QUEUE_FULL', retryAfterMs: 5000 } })
    }
    const [kept] = ids.filter((_, n) => results[n]?.status === 'fulfilled')
    // One that was let in is so when it comes again.
    expect((await bench.ask(session, kept ?? '')).state).toBe('queued')
    call.end()
    await answerAll(3)
  })

  test('content is counted in bytes', async () => {
    const exact = 'ä'.repeat(65536 / 2)
    await bench.ask(session, 'q1', { content: exact })
    await expect(bench.ask(session, 'q2', { content: `${exact}x` })).rejects.toMatchObject({
      reason: 'INVALID_INPUT',
      fields: { content: expect.stringContaining('65536') },
    })
  })

  test('the prompt has the conversation so far, at most MAX_HISTORY of it', async () => {
    const small = bench.another({ maxHistory: 3 })
    const tab = await small.follow(session)
    for (const id of ['q1', 'q2', 'q3']) {
      await small.ask(session, id)
      const call = await small.model.call()
      call.text(`Answer to ${id}`)
      call.end()
      await tab.until(isEndOf(id))
    }
    expect(small.model.calls.at(-1)?.request.messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Question q2' },
      { role: 'assistant', content: 'Answer to q2' },
      { role: 'user', content: 'Question q3' },
    ])
  })

  test('the first question names the session, and brings it to the top of the list', async () => {
    bench.clock.advance(1000)
    await bench.create()
    bench.clock.advance(1000)
    await bench.ask(session, 'q1', { content: 'How are you?\nReally.' })
    const { items } = await bench.agent.listSessions('u1', { limit: 10 })
    expect(items[0]).toMatchObject({ sessionId: session, title: 'How are you?' })
    expect(items[1]?.title).toBe('New chat')
  })
})
