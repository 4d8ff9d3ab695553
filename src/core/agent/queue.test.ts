/** The queue as people use it: send next, hold and come back or not, wait for a place, and begin anew. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Transcript } from '../folds/transcript.ts'
import { type Bench, openBench, round, settings } from '../testing/agent-bench.ts'
import { isEndOf, isIdle, type Tab } from '../testing/tab.ts'
import { holdMs } from './holds.ts'

let bench: Bench
let session: string
let tab: Tab
let leaseMs = 0

beforeEach(async () => {
  leaseMs = 0
  bench = await openBench({ settings: { maxActiveTurns: 1 }, monotonicMs: () => leaseMs })
  session = await bench.create()
  tab = await bench.follow(session)
})
afterEach(() => bench.close())

const waiting = () => tab.transcript.waiting.map(({ messageId }) => messageId)

async function queued(...ids: string[]) {
  await bench.ask(session, 'q1')
  const call = await bench.model.call()
  for (const id of ids) await bench.ask(session, id)
  await round()
  return call
}

describe('edit', () => {
  test('Q1, G6: high ones run in the order in which they became high, then the others as they came', async () => {
    const call = await queued('q2', 'q3', 'q4', 'q5')
    const edit = (n: number, messageId: string, args: object) =>
      bench.command(session, `c${n}`, 'edit', { messageId, ...args })
    expect(await edit(1, 'q4', { priority: 'high' })).toMatchObject({ outcome: 'ok' })
    await edit(2, 'q3', { priority: 'high', content: 'Third' })
    await edit(3, 'q4', { content: 'Fourth' })
    await round()
    expect(waiting()).toEqual(['q4', 'q3', 'q2', 'q5'])
    await edit(4, 'q4', { priority: 'normal' })
    await round()
    expect(waiting()).toEqual(['q3', 'q2', 'q4', 'q5'])
    expect((await bench.ask(session, 'q4', {})).position).toBe(3)
    call.end()
    const questions: string[] = []
    for (let n = 0; n < 4; n++) {
      const next = await bench.model.call()
      questions.push(next.question)
      next.end()
    }
    expect(questions).toEqual(['Third', 'Question q2', 'Fourth', 'Question q5'])
  })

  test.each([{}, { content: ' ' }, { priority: 'urgent' }, { content: 'x', other: 1 }])(
    'with %j is refused',
    async (args) => {
      await queued('q2')
      const edit = bench.command(session, 'c1', 'edit', { messageId: 'q2', ...args })
      await expect(edit).rejects.toMatchObject({ reason: 'INVALID_INPUT' })
    },
  )
})

describe('a new answer that waits', () => {
  beforeEach(async () => {
    ;(await queued()).end()
    await tab.until(isEndOf('q1'))
    await bench.ask(session, 'q2')
    await bench.model.call()
    await bench.ask(session, 'q3')
    await bench.command(session, 'r1', 'regenerate', { messageId: 'q1' })
  })

  test('Q2: is withdrawn by its query, and the running answer goes on', async () => {
    const withdraw = () => bench.command(session, 'c1', 'cancel', { messageId: 'q1' })
    expect(await withdraw()).toMatchObject({ outcome: 'withdrawn', upstreamAborted: false })
    expect(await withdraw()).toMatchObject({ outcome: 'withdrawn' })
    await round()
    expect(tab.transcript.queue.waiting.map(({ queryId }) => queryId)).toEqual(['q3'])
    expect(tab.transcript.queue.running).toMatchObject({ queryId: 'q2', cancelled: false })
    expect(tab.transcript.find('q1')).toMatchObject({ state: 'done' })
    const again = bench.command(session, 'c2', 'cancel', { messageId: 'q1' })
    expect(await again).toMatchObject({ outcome: 'already-finished' })
  })

  test('Q2: can be sent next, and is neither edited nor held', async () => {
    const command = (name: string, args = {}) =>
      bench.command(session, `${name}${Object.keys(args)}`, name, { messageId: 'q1', ...args })
    expect(await command('edit', { priority: 'high' })).toMatchObject({ outcome: 'ok' })
    expect(await command('edit', { content: 'x' })).toMatchObject({ outcome: 'already-started' })
    expect(await command('hold')).toMatchObject({ outcome: 'already-started' })
    await round()
    expect(tab.transcript.queue.waiting.map(({ queryId }) => queryId)).toEqual(['q1', 'q3'])
  })

  test('Q4: is in the history: who begins there has the queue of one who was there all the time', async () => {
    await bench.command(session, 'h1', 'hold', { messageId: 'q3' })
    const page = await bench.agent.history('u1', { sessionId: session, limit: 1 })
    const reader = new Transcript()
    reader.seed(page, page.lastEventId)
    await round()
    expect(reader.queue).toEqual(tab.transcript.queue)
    expect(reader.queue.waiting.map(({ kind, heldAt }) => [kind, heldAt !== null])).toEqual([
      ['query', true],
      ['regenerate', false],
    ])
  })
})

describe('a hold', () => {
  const isReleased = (event: { type: string; state?: unknown }) =>
    event.type === 'query' && event.state === 'released'

  test('Q3: that its author abandoned is released after five minutes, in the log', async () => {
    const call = await queued('q2')
    await bench.command(session, 'h1', 'hold', { messageId: 'q2' })
    call.end()
    await tab.until(isIdle)
    await round()
    expect(bench.clock.pending).toEqual([holdMs])
    bench.clock.advance(holdMs - 1)
    await round()
    expect(tab.story).not.toContain('query released')
    bench.clock.advance(1)
    expect((await bench.model.call()).question).toBe('Question q2')
    expect(tab.story.filter((each) => each === 'query released').length).toBe(1)
  })

  test('Q3: is kept by an author who holds again', async () => {
    ;(await queued('q2')).text('x')
    await bench.command(session, 'h1', 'hold', { messageId: 'q2' })
    await round()
    bench.clock.advance(holdMs - 1000)
    await bench.command(session, 'h2', 'hold', { messageId: 'q2' })
    await round()
    bench.clock.advance(2000)
    await round()
    expect(tab.story).not.toContain('query released')
  })

  test('Q3: that is abandoned ends over a restart, too', async () => {
    const call = await queued('q2')
    await bench.command(session, 'h1', 'hold', { messageId: 'q2' })
    call.end()
    await tab.until(isIdle)
    await bench.stop()
    const next = bench.another()
    next.clock.advance(1000)
    await next.agent.recover()
    await next.clock.armed(holdMs - 1000)
    next.clock.advance(holdMs - 1000)
    expect((await next.model.call()).question).toBe('Question q2')
    const back = await next.follow(session)
    expect(await back.until(isReleased)).toMatchObject({ messageId: 'q2', content: 'Question q2' })
  })
})

describe('a turn that waits for a place', () => {
  test('Q5, E8: says so once, and holds no lease: another server may run it', async () => {
    await queued()
    const other = await bench.create('u2')
    const theirs = await bench.follow(other, undefined, 'u2')
    await bench.ask(other, 'w1', { as: 'u2' })
    const status = await theirs.until(
      (event) => event.type === 'status' && event.state === 'queued',
    )
    expect(status).toMatchObject({ messageId: 'w1', content: 'Waiting for a free place...' })
    expect(bench.agent.stats()).toMatchObject({ activeTurns: 1, waitingTurns: 1 })
    const second = bench.another()
    await second.ask(other, 'w2', { as: 'u2' })
    const call = await second.model.call()
    expect(call.question).toBe('Question w1')
    expect(theirs.story.filter((each) => each === 'status queued').length).toBe(1)
  })

  test('and is withdrawn meanwhile: the session is said to be ready', async () => {
    const call = await queued()
    const other = await bench.create()
    const theirs = await bench.follow(other)
    await bench.ask(other, 'w1')
    await theirs.until((event) => event.type === 'status' && event.state === 'queued')
    await bench.command(other, 'c1', 'cancel', { messageId: 'w1' })
    call.end()
    await theirs.until(isIdle)
    expect(bench.model.calls.length).toBe(1)
    await round()
    expect(bench.agent.stats()).toMatchObject({ activeTurns: 0, waitingTurns: 0 })
    await bench.ask(other, 'w2')
    expect((await bench.model.call()).question).toBe('Question w2')
  })

  test('Q5: gives way between its turns, where others wait', async () => {
    const first = await queued('q2')
    const other = await bench.create('u2')
    await bench.ask(other, 'w1', { as: 'u2' })
    await round()
    first.end()
    const second = await bench.model.call()
    expect(second.question).toBe('Question w1')
    await round()
    expect(bench.clock.pending).toEqual([settings.leaseTtlMs / 3])
    second.end()
    expect((await bench.model.call()).question).toBe('Question q2')
  })
})
