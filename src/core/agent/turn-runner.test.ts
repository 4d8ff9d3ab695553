/** The runner: many sessions at once as far as there are slots, in fair order over users. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench, round } from '../testing/agent-bench.ts'
import { TurnSlots } from './turn-slots.ts'

describe('slots', () => {
  test('users take turns, however many each has waiting', async () => {
    const slots = new TurnSlots(1)
    const order: string[] = []
    const first = await slots.take('a')
    const take = (name: string) =>
      slots.take(name.slice(0, 1)).then((give) => {
        order.push(name)
        give()
      })
    const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map(take)
    expect(slots.waiting).toBe(6)
    first()
    await Promise.all(all)
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
    expect(slots.waiting).toBe(0)
  })

  test('a place that is given back twice is one place', async () => {
    const slots = new TurnSlots(1)
    const give = await slots.take('a')
    give()
    give()
    await slots.take('a')
    let taken = false
    const waits = slots.take('a').then(() => {
      taken = true
    })
    await round()
    expect(taken).toBe(false)
    expect(slots.waiting).toBe(1)
    void waits
  })
})

describe('sessions at once', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await openBench({ settings: { maxActiveTurns: 2 } })
  })
  afterEach(() => bench.close())

  test('MAX_ACTIVE_TURNS calls run; the rest wait in fair order over users', async () => {
    const busy = await Promise.all(Array.from({ length: 5 }, () => bench.create('u1')))
    const theirs = await bench.create('u2')
    for (const [n, session] of busy.entries()) await bench.ask(session, `q${n}`)
    await bench.ask(theirs, 'other', { as: 'u2' })
    await round()
    expect(bench.model.calls.length).toBe(2)
    expect(bench.agent.stats()).toMatchObject({ activeTurns: 2, waitingTurns: 4 })
    const order: string[] = []
    for (let n = 0; n < 6; n++) {
      const call = await bench.model.call()
      order.push(call.question)
      call.end()
    }
    // Not behind all five.
    expect(order.indexOf('Question other')).toBeLessThanOrEqual(3)
    await round()
    expect(bench.agent.stats()).toMatchObject({ activeTurns: 0, waitingTurns: 0 })
    expect(bench.clock.pending).toEqual([])
  })

  test('a session is run by one alone, however often it is kicked', async () => {
    const session = await bench.create()
    await Promise.all(Array.from({ length: 10 }, (_, n) => bench.ask(session, `q${n}`)))
    for (let n = 0; n < 10; n++) {
      const call = await bench.model.call()
      await round()
      expect(bench.model.calls.length).toBe(n + 1)
      call.end()
    }
  })

  test('a stop lets go of those that wait for a place, too', async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => bench.create()))
    for (const [n, session] of sessions.entries()) await bench.ask(session, `q${n}`)
    await round()
    await bench.stop()
    expect(bench.agent.stats()).toMatchObject({ activeTurns: 0, waitingTurns: 0 })
    const next = bench.another({ maxActiveTurns: 9 })
    await next.agent.recover()
    const questions: string[] = []
    for (let n = 0; n < 4; n++) questions.push((await next.model.call()).question)
    expect(questions.toSorted()).toEqual(sessions.map((_, n) => `Question q${n}`))
  })
})
