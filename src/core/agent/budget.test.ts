/** The budget of a user and day: what counts against it, what is refused, when it begins anew. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench, settings } from '../testing/agent-bench.ts'
import { isDelta, isEndOf } from '../testing/tab.ts'
import type { AgentSettings } from './settings.ts'

const dayMs = 24 * 60 * 60_000
const usage = { promptTokens: 60, completionTokens: 40, costUsd: 0.5 }

let bench: Bench
let opened: Bench | null = null
let session: string
let leaseMs = 0

async function open(budget: Partial<AgentSettings['budget']>) {
  await close()
  const whole = { tokensPerDay: null, costPerDayUsd: null, ...budget }
  bench = await openBench({ settings: { budget: whole }, monotonicMs: () => leaseMs })
  opened = bench
  session = await bench.create()
}

async function close() {
  await opened?.close()
  opened = null
}

beforeEach(() => {
  leaseMs = 0
  return open({ tokensPerDay: 150 })
})
afterEach(close)

/** Today's, of the bench's user. */
const spent = (userId = 'u1') => {
  const day = new Date(bench.clock.now()).toISOString().slice(0, 10)
  return bench.store.spent({ userId, day })
}

/** One question with its whole answer. */
async function answered(id: string, end: { usage?: typeof usage } = { usage }) {
  const tab = await bench.follow(session)
  await bench.ask(session, id)
  const call = await bench.model.call()
  call.text('An answer.')
  call.end(end)
  await tab.until(isEndOf(id))
  await tab.close()
}

describe('B1: a query is refused', () => {
  test('when the tokens of the day are used up, until midnight UTC', async () => {
    await answered('q1')
    await answered('q2')
    expect(await spent()).toEqual({ tokens: 200, costUsd: 1 })
    bench.clock.advance(3 * 60 * 60_000)
    await expect(bench.ask(session, 'q3')).rejects.toMatchObject({
      reason: 'RATE_LIMITED',
      retryAfterMs: dayMs - (bench.clock.now() % dayMs),
      message: expect.stringContaining('budget of this day'),
    })
    // Another user has a day of his own.
    const theirs = await bench.create('u2')
    await bench.ask(theirs, 'q1', { as: 'u2' })
    await bench.model.call()
    bench.clock.advance(dayMs - (bench.clock.now() % dayMs))
    await answered('q3')
  })

  test('when the cost of the day is used up', async () => {
    await open({ costPerDayUsd: 0.5 })
    await answered('q1')
    await expect(bench.ask(session, 'q2')).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
  })

  test('and so is a new answer; a repetition is not, nor what asks the model nothing', async () => {
    await answered('q1')
    await answered('q2')
    const again = bench.command(session, 'c1', 'regenerate')
    await expect(again).rejects.toMatchObject({ reason: 'RATE_LIMITED' })
    expect(await bench.ask(session, 'q2')).toMatchObject({ state: 'done' })
    expect(await bench.command(session, 'c2', 'clear')).toMatchObject({ outcome: 'ok' })
  })

  test('by no budget at all where none is set', async () => {
    await open({})
    for (let i = 0; i < 5; i++) await answered(`q${i}`)
    expect(await spent()).toEqual({ tokens: 500, costUsd: 2.5 })
  })
})

test('B2: what waits when the budget is used up ends in an error, without a call of the model', async () => {
  await open({ tokensPerDay: 100 })
  const tab = await bench.follow(session)
  await bench.ask(session, 'q1')
  await bench.ask(session, 'q2')
  const call = await bench.model.call()
  call.end({ usage })
  expect(await tab.until(isEndOf('q2'))).toMatchObject({
    type: 'error',
    code: 'BUDGET_SPENT',
    retryable: true,
    retryAfterMs: expect.any(Number),
    content: expect.stringContaining('budget of this day'),
  })
  expect(bench.model.calls.length).toBe(1)
})

describe('B3: what a call did not report counts by what is known of it', () => {
  const sent = (text: string) => Math.ceil((settings.systemPrompt.length + text.length) / 4)

  test('an answer without usage', async () => {
    await answered('q1', {})
    expect(await spent()).toEqual({ tokens: sent('Question q1An answer.'), costUsd: 0 })
  })

  test('an answer that was stopped, at the price of the last one', async () => {
    await open({})
    await answered('q1')
    const tab = await bench.follow(session)
    await bench.ask(session, 'q2')
    const call = await bench.model.call()
    call.text('Half')
    const { seq } = await tab.until(isDelta)
    await bench.command(session, 'c1', 'cancel')
    await tab.until(isEndOf('q2'), seq)
    const tokens = sent('Question q1An answer.Question q2Half')
    expect(await spent()).toEqual({
      tokens: 100 + tokens,
      costUsd: 0.5 + (tokens * usage.costUsd) / 100,
    })
  })

  test('an answer whose session is deleted under it', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('Half')
    await tab.until(isDelta)
    await bench.agent.deleteSession('u1', { sessionId: session })
    await call.ended.catch(() => undefined)
    await bench.agent.drain(0)
    expect(await spent()).toEqual({ tokens: sent('Question q1Half'), costUsd: 0 })
  })

  test.each(['restart', 'continue', 'stop'] as const)(
    'an attempt that a crash cut, by policy `%s`',
    async (crashPolicy) => {
      const tab = await bench.follow(session)
      await bench.ask(session, 'q1')
      const call = await bench.model.call()
      call.text('Half')
      await tab.until(isDelta)
      leaseMs += settings.leaseTtlMs + 1
      const next = bench.another({ crashPolicy })
      await next.agent.recover()
      const cut = sent('Question q1Half')
      const back = await next.follow(session)
      if (crashPolicy !== 'stop') {
        const second = await next.model.call()
        expect(await spent()).toEqual({ tokens: cut, costUsd: 0 })
        second.end({ usage })
      }
      await back.until(isEndOf('q1'))
      const known = { tokens: cut + 100, costUsd: 0.5 }
      expect(await spent()).toEqual(crashPolicy === 'stop' ? { tokens: cut, costUsd: 0 } : known)
    },
  )

  test('a call that failed before its first token costs nothing', async () => {
    const { ModelError } = await import('../errors.ts')
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.fail(new ModelError('UPSTREAM_UNAVAILABLE', 'No.', { retryable: true }))
    await tab.until(isEndOf('q1'))
    expect(await spent()).toEqual({ tokens: 0, costUsd: 0 })
  })
})
