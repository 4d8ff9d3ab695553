/**
 * The errors of turns, over the real model adapter and the simulator: each way in which a model fails comes
 * out as the code that programs read and the sentence that people read. Contract section 6.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOpenRouter } from '../../server/model/open-router.ts'
import { openSimulator, type PlanInput, type Simulator } from '../../server/simulator/simulator.ts'
import { systemClock, systemIds } from '../../server/system.ts'
import { settings } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, Tab } from '../testing/tab.ts'
import { openTempStore, silent } from '../testing/temp-store.ts'
import type { Agent } from './agent.ts'
import { createAgent } from './create-agent.ts'

let simulator: Simulator
let temp: Awaited<ReturnType<typeof openTempStore>>
let agent: Agent
let sessionId: string
let tab: Tab

beforeAll(async () => {
  simulator = await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  temp = await openTempStore()
  const model = createOpenRouter({
    baseUrl: simulator.url,
    appName: 'test',
    connectTimeoutMs: 1000,
    firstTokenTimeoutMs: 300,
    idleTimeoutMs: 150,
    maxRetries: 1,
    random: () => 0,
    clock: systemClock,
    log: silent,
  })
  const ports = { store: temp.store, model, clock: systemClock, ids: systemIds, log: silent }
  agent = createAgent({ ...ports, settings })
})
afterAll(async () => {
  await agent.drain(0)
  await simulator.close()
  await temp.close()
})
beforeEach(async () => {
  simulator.reset()
  sessionId = (await agent.createSession('u1', {})).sessionId
  const stop = new AbortController()
  tab = new Tab(await agent.follow('u1', { sessionId }, stop.signal), stop)
})
afterEach(() => tab.close())

async function ask(content = 'Go on'): Promise<string> {
  const id = crypto.randomUUID()
  await agent.query('u1', { sessionId, id, content, priority: 'normal' })
  return id
}

const retrying = () => tab.events.filter((e) => e.type === 'status' && e.state === 'retrying')
const status = (code: number, more: object = {}): PlanInput => ({
  fault: { kind: 'status', status: code, ...more },
})
const word = (type: string): PlanInput =>
  status(400, { body: { error: { code: 400, message: 'no', metadata: { error_type: type } } } })

describe('an error event', () => {
  test.each<[string, PlanInput, object, RegExp]>([
    ['UPSTREAM_AUTH', status(401), { retryable: false }, /check OPENROUTER_API_KEY/],
    ['UPSTREAM_AUTH', status(403), { retryable: false }, /check OPENROUTER_API_KEY/],
    ['UPSTREAM_PAYMENT', status(402), { retryable: false }, /add credit/],
    [
      'UPSTREAM_RATE_LIMITED',
      status(429, { retryAfter: '60' }),
      { retryable: true, retryAfterMs: 60_000 },
      /Wait a moment/,
    ],
    ['UPSTREAM_REJECTED', status(400), { retryable: false }, /check MODEL/],
    ['UPSTREAM_REJECTED', status(404), { retryable: false }, /another model/],
    ['CONTEXT_TOO_LONG', word('context_length_exceeded'), { retryable: false }, /Use \/clear/],
    ['CONTENT_FILTERED', word('content_policy_violation'), { retryable: false }, /differently/],
    [
      'CONTENT_FILTERED',
      { tokens: [], finishReason: 'content_filter' },
      { retryable: false },
      /differently/,
    ],
    ['UPSTREAM_TRUNCATED', { fault: { kind: 'truncate', afterTokens: 2 } }, {}, /broke/],
    ['UPSTREAM_TIMEOUT', { fault: { kind: 'stall', afterTokens: 1 } }, {}, /too long/],
    ['UPSTREAM_TIMEOUT', { fault: { kind: 'comments-only', everyMs: 50 } }, {}, /too long/],
    ['UPSTREAM_UNAVAILABLE', { fault: { kind: 'error-chunk', afterTokens: 2 } }, {}, /Ask again/],
  ])('G7, M5: %s where the model does %j', async (code, plan, more, sentence) => {
    simulator.always(plan)
    const end = await tab.until(isEndOf(await ask()))
    expect(end).toMatchObject({ type: 'error', code, ...more })
    expect(end.content).toMatch(sentence)
    await tab.until((event) => event.type === 'status' && event.state === 'idle')
    const [failed] = tab.transcript.items.flatMap((item) =>
      item.kind === 'message' && item.message.failure ? [item.message.failure] : [],
    )
    expect(failed).toMatchObject({ code, content: end.content })
  })

  test('G7: UPSTREAM_UNAVAILABLE after the retries, each of which is told', async () => {
    simulator.always(status(503, { retryAfter: '0' }))
    expect(await tab.until(isEndOf(await ask()))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
    })
    expect(retrying().length).toBe(1)
    expect(retrying()[0]?.content).toMatch(/Trying again in \d+ s/)
    expect(simulator.requests.length).toBe(2)
  })

  test('the models after the chosen one go along as its fallbacks', async () => {
    await agent.updateSession('u1', { sessionId, model: 'm2' })
    expect(await tab.until(isEndOf(await ask()))).toMatchObject({ type: 'response' })
    expect(simulator.requests[0]?.body).toMatchObject({ model: 'm2', models: ['m2', 'm3'] })
  })
})

test('M6: a conversation that is too long is answered without its oldest messages', async () => {
  for (const text of ['One', 'Two', 'Three', 'Four']) await tab.until(isEndOf(await ask(text)))
  simulator.next(word('context_length_exceeded'))
  const end = await tab.until(isEndOf(await ask('Five')))
  expect(end).toMatchObject({ type: 'response', finishReason: 'stop' })
  const [tooLong, shorter] = simulator.requests.slice(-2).map(({ body }) => body.messages)
  expect(tooLong?.length).toBe(10)
  expect(shorter?.length).toBeLessThanOrEqual(8)
  expect(shorter?.[0]).toMatchObject({ role: 'system' })
  expect(shorter?.[1]).toMatchObject({ role: 'user' })
  expect(shorter?.at(-1)).toMatchObject({ role: 'user', content: 'Five' })
  expect(retrying().map(({ content }) => content)).toEqual([expect.stringMatching(/^The conv/)])
})

test('G7: what was said before an error is kept with it', async () => {
  simulator.next({ tokens: ['One ', 'two ', 'three'], fault: { kind: 'reset', afterTokens: 2 } })
  const id = await ask()
  await tab.until(isDelta)
  expect(await tab.until(isEndOf(id))).toMatchObject({ code: 'UPSTREAM_TRUNCATED' })
  const [answer] = tab.transcript.answersTo(id)
  expect(answer).toMatchObject({ state: 'failed', content: 'One two ' })
})
