/** The budget of a user and day against real processes: what was spent is there after `kill -9`. */
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newGuest } from './harness/guest.ts'
import { dataOf, httpCalls } from './harness/http-calls.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const refusal = z.object({
  error: z.object({
    message: z.string(),
    data: z.object({ code: z.string(), reason: z.string(), retryAfterMs: z.number() }),
  }),
})
const dayMs = 24 * 60 * 60_000
const untilMidnightMs = () => dayMs - (Date.now() % dayMs)
/** What the test takes at the most. */
const enoughMs = 60_000

test('B1: over the budget of the day, a query is refused until midnight UTC, also after kill -9; for that user alone', async () => {
  // At midnight the server lets everybody ask again: then the test begins after it.
  const left = untilMidnightMs()
  if (left < enoughMs) await setTimeout(left)
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.always({ text: 'Four.', pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const options = {
    dataDir: folder.path,
    env: { OPENROUTER_BASE_URL: simulator.url, TOKENS_PER_DAY: '1' },
  }
  let token: string
  let sessionId: string
  const ask = () => ({ sessionId, id: crypto.randomUUID(), content: 'Two and two?' })
  {
    await using server = await startServer(options)
    ;({ token } = await newGuest(server.url))
    const calls = httpCalls(server.url, token)
    const info = dataOf(await calls.query('info'), z.looseObject({ limits: z.looseObject({}) }))
    expect(info.limits).toMatchObject({ tokensPerDay: 1 })
    expect(info.limits).not.toHaveProperty('costPerDayUsd')
    const session = z.looseObject({ sessionId: z.string() })
    sessionId = dataOf(await calls.mutate('session.create', {}), session).sessionId
    await using events = calls.events({ sessionId })
    expect((await calls.mutate('agent.query', ask())).status).toBe(200)
    while ((await events.next()).event.type !== 'response');
    // What is shown is committed, and what was spent with it.
    await server.kill()
  }
  await using server = await startServer(options)
  const calls = httpCalls(server.url, token)
  const { status, body } = await calls.mutate('agent.query', ask())
  expect(status).toBe(429)
  const { message, data } = refusal.parse(JSON.parse(body)).error
  expect(message).toContain('budget of this day')
  expect(data).toMatchObject({ code: 'TOO_MANY_REQUESTS', reason: 'RATE_LIMITED' })
  expect(Math.abs(data.retryAfterMs - untilMidnightMs())).toBeLessThan(60_000)
  // Deleting the session gives nothing back.
  await calls.mutate('session.delete', { sessionId })
  const session = z.looseObject({ sessionId: z.string() })
  sessionId = dataOf(await calls.mutate('session.create', {}), session).sessionId
  expect((await calls.mutate('agent.query', ask())).status).toBe(429)
  const other = httpCalls(server.url, (await newGuest(server.url)).token)
  sessionId = dataOf(await other.mutate('session.create', {}), session).sessionId
  expect((await other.mutate('agent.query', ask())).status).toBe(200)
})
