/** Races that are met by arrangement: something comes between what a turn decides and what is committed. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AgentError } from '../errors.ts'
import type { AppendInput, Store } from '../ports/store.ts'
import { type Bench, openBench, round, settings } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, isIdle, type Tab } from '../testing/tab.ts'

let bench: Bench
let session: string
let tab: Tab
/** Comes before the next append of which `when` holds. */
let before: { when: (input: AppendInput) => boolean; act: () => Promise<unknown> } | null = null
/** The reply to the next append of which this holds is lost: it is committed, and rejects. */
let lost: ((input: AppendInput) => boolean) | null = null
/** Set: renewals of leases wait for it. */
let renewal: Promise<boolean> | null = null

function arranged(store: Store): Store {
  return {
    ...store,
    async append(input) {
      const intruder = before?.when(input) ? before : null
      if (intruder) before = null
      await intruder?.act()
      const result = await store.append(input)
      if (!lost?.(input)) return result
      lost = null
      throw new AgentError('STORE_UNAVAILABLE')
    },
    renewLease: (lease, ttlMs) => renewal ?? store.renewLease(lease, ttlMs),
  }
}

const begins = ({ events }: AppendInput) =>
  events.some((event) => event.type === 'status' && event.state === 'thinking')
const ends = ({ events }: AppendInput) => events.some((event) => event.type === 'response')

beforeEach(async () => {
  before = null
  lost = null
  renewal = null
  bench = await openBench({ wrap: arranged })
  session = await bench.create()
  tab = await bench.follow(session)
})
afterEach(() => bench.close())

describe('before a turn begins', () => {
  test('G6: its query is withdrawn: it does not run', async () => {
    const withdraw = () => bench.command(session, 'c1', 'cancel', { messageId: 'q1' })
    before = { when: begins, act: withdraw }
    await bench.ask(session, 'q1')
    await tab.until((event) => event.type === 'query' && event.state === 'withdrawn')
    await round()
    expect(bench.model.calls).toEqual([])
    expect((await bench.agent.getSession('u1', { sessionId: session })).state).toBe('idle')
  })

  test('G6: its query is held: it waits until it is released', async () => {
    const hold = () => bench.command(session, 'c1', 'hold', { messageId: 'q1' })
    before = { when: begins, act: hold }
    await bench.ask(session, 'q1')
    await tab.until((event) => event.type === 'query' && event.state === 'held')
    await round()
    expect(bench.model.calls).toEqual([])
    await bench.command(session, 'c2', 'release', { messageId: 'q1' })
    ;(await bench.model.call()).end()
    await tab.until(isEndOf('q1'))
  })

  test('G6: one of high priority comes: that one runs first', async () => {
    before = { when: begins, act: () => bench.ask(session, 'q2', { priority: 'high' }) }
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    expect(call.question).toBe('Question q2')
    call.end()
    expect((await bench.model.call()).question).toBe('Question q1')
  })
})

describe('before a turn ends', () => {
  test('a cancel is committed: the answer that was whole stays so, and the receipt says it', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    let receipt: ReturnType<typeof bench.command> | undefined
    const stop = async () => {
      receipt = bench.command(session, 'c1', 'cancel')
      await tab.until((event) => event.type === 'command')
    }
    before = { when: ends, act: stop }
    call.text('Whole')
    call.end()
    const end = await tab.until(isEndOf('q1'))
    expect(end).toMatchObject({ finishReason: 'stop', content: 'Whole' })
    expect(await receipt).toMatchObject({
      outcome: 'already-finished',
      lastSeq: end.seq,
      upstreamAborted: false,
    })
  })

  test('another query is committed: it runs next, and the session is not called idle between', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    before = { when: ends, act: () => bench.ask(session, 'q2') }
    call.end()
    ;(await bench.model.call()).end()
    await tab.until(isIdle)
    expect(tab.story.filter((each) => each === 'status idle').length).toBe(1)
    expect(tab.story.at(-1)).toBe('status idle')
  })

  test('G7: the reply to its commit is lost: it ends once', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    lost = ends
    call.text('Whole')
    call.end()
    await tab.until(isIdle)
    await bench.clock.armed(500)
    bench.clock.advance(500)
    await round()
    expect(tab.story.filter((each) => each.startsWith('response')).length).toBe(1)
    await bench.ask(session, 'q2')
    expect((await bench.model.call()).question).toBe('Question q2')
  })

  test('G2: the reply to a piece is lost: the text is right all the same', async () => {
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    lost = ({ events }) => events.some(({ type }) => type === 'delta')
    call.text('One')
    await tab.until(isDelta)
    await round()
    call.text(' two')
    bench.clock.advance(200)
    await round()
    const answerId = tab.transcript.queue.running?.answerId ?? ''
    expect(tab.transcript.find(answerId)?.content).toBe('One two')
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'One two' })
  })
})

test('a renewal that fails after its turn has ended does not stop the next one', async () => {
  await bench.ask(session, 'q1')
  const first = await bench.model.call()
  const late = Promise.withResolvers<boolean>()
  renewal = late.promise
  bench.clock.advance(settings.leaseTtlMs / 3)
  renewal = null
  first.end()
  await tab.until(isIdle)
  await round()
  await bench.ask(session, 'q2')
  const second = await bench.model.call()
  late.resolve(false)
  await round()
  expect(second.signal.aborted).toBe(false)
  second.end()
  await tab.until(isEndOf('q2'))
})
