/**
 * The agent over the real model adapter and the simulator, with faults at random: whatever the model's
 * server does, every turn ends once, and every reader has the same conversation.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOpenRouter } from '../../server/model/open-router.ts'
import { openSimulator, type PlanInput, type Simulator } from '../../server/simulator/simulator.ts'
import { systemClock, systemIds } from '../../server/system.ts'
import { settings } from '../testing/agent-bench.ts'
import { isEndOf, Tab } from '../testing/tab.ts'
import { openTempStore, silent } from '../testing/temp-store.ts'
import { createAgent } from './create-agent.ts'

let simulator: Simulator
let temp: Awaited<ReturnType<typeof openTempStore>>

beforeAll(async () => {
  simulator = await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  temp = await openTempStore()
})
afterAll(async () => {
  await simulator.close()
  await temp.close()
})

const fault = fc.constantFrom<PlanInput[]>(
  [{}],
  [{ size: 500 }],
  [{ tokens: ['Grüße', ' 👋', '🏽 '] }],
  [{ fault: { kind: 'reset', afterTokens: 3 } }],
  [{ fault: { kind: 'truncate', afterTokens: 5 } }],
  [{ fault: { kind: 'error-chunk', afterTokens: 2 } }],
  [{ fault: { kind: 'garbage', afterTokens: 1 } }],
  [{ fault: { kind: 'status', status: 401 } }],
  [{ fault: { kind: 'status', status: 402 } }],
)

test('G1, G2, G7: whatever the model does, each turn ends once and all tabs agree', async () => {
  const model = createOpenRouter({
    baseUrl: simulator.url,
    appName: 'test',
    connectTimeoutMs: 5000,
    firstTokenTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    maxRetries: 0,
    clock: systemClock,
    log: silent,
  })
  const ports = { store: temp.store, model, clock: systemClock, ids: systemIds, log: silent }
  const agent = createAgent({ ...ports, settings })

  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { minLength: 1, maxLength: 5 }),
      fc.nat(40),
      async (faults, cut) => {
        const { sessionId } = await agent.createSession('u1', {})
        const open = async (lastEventId?: string) => {
          const stop = new AbortController()
          const input = { sessionId, ...(lastEventId && { lastEventId }) }
          return new Tab(await agent.follow('u1', input, stop.signal), stop)
        }
        simulator.reset()
        simulator.next(...faults.flat())
        const [steady, fickle] = [await open(), await open()]
        const ids = faults.map(() => crypto.randomUUID())
        for (const id of ids) {
          await agent.query('u1', { sessionId, id, content: 'Go on', priority: 'normal' })
        }
        // One tab is cut off somewhere, and comes back from its last id.
        const cutAt = await fickle.until(({ seq }) => seq >= Math.min(cut, 2 + faults.length))
        await fickle.close()
        const back = await open(fickle.transcript.lastEventId ?? cutAt.id)
        for (const id of ids) await steady.until(isEndOf(id))
        for (const id of ids) expect(steady.events.filter(isEndOf(id)).length).toBe(1)
        const { lastSeq } = steady.transcript
        if (fickle.transcript.lastSeq < lastSeq) await back.until(({ seq }) => seq >= lastSeq)
        for (const event of back.events) fickle.transcript.apply(event)
        await Promise.all([steady.close(), back.close()])
        const fresh = await open()
        await fresh.until(({ seq }) => seq >= lastSeq)
        const texts = (tab: Tab) =>
          tab.transcript.items.map((item) =>
            item.kind === 'message' ? [item.message.content, item.message.state] : item.kind,
          )
        expect(texts(fickle)).toEqual(texts(steady))
        expect(texts(fresh)).toEqual(texts(steady))
        await fresh.close()
        await agent.deleteSession('u1', { sessionId })
      },
    ),
    { numRuns: 25 },
  )
  expect(agent.stats().followers).toBe(0)
  await agent.drain(1000)
})
