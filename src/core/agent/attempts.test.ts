/** Further attempts at an answer: what is cut of them, which of them count, and what is said of their cost. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench, round, type Server, settings } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, type Tab } from '../testing/tab.ts'
import type { AgentSettings } from './settings.ts'

let bench: Bench
let session: string
let leaseMs = 0

beforeEach(async () => {
  leaseMs = 0
  bench = await openBench({ monotonicMs: () => leaseMs })
  session = await bench.create()
})
afterEach(() => bench.close())

/** The process that has the session stops where it is; another one starts. */
async function crash(changed: Partial<AgentSettings>): Promise<Server> {
  leaseMs += settings.leaseTtlMs + 1
  const next = bench.another(changed)
  await next.agent.recover()
  return next
}

async function said(server: Server, tab: Tab, text: string) {
  const call = await server.model.call()
  call.text(text)
  await tab.until(isDelta)
  return call
}

describe('policy `continue`', () => {
  const before = 'First this. The answer is '
  test.each([
    ['goes on', [' forty', '-two.'], 'First this. The answer is forty-two.'],
    [
      'says the end again',
      ['The answer', ' is forty-two.'],
      'First this. The answer is forty-two.',
    ],
    [
      'begins again from the beginning',
      ['First', ' this. The', ' answer is', ' forty-two.'],
      'First this. The answer is forty-two.',
    ],
    ['begins again and comes no further', ['First this. The'], 'First this. The answer is'],
  ])('T2: a model that %s', async (_what, pieces, whole) => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    await said(bench, tab, before)
    const next = await crash({ crashPolicy: 'continue' })
    const back = await next.follow(session)
    const call = await next.model.call()
    // Providers refuse a beginning that ends in white space.
    expect(call.request.messages.at(-1)).toEqual({ role: 'assistant', content: before.trimEnd() })
    call.text(...pieces)
    call.end()
    expect(await back.until(isEndOf('q1'))).toMatchObject({ content: whole, attempt: 2 })
    // Who read both attempts has the same text.
    for (const event of back.events) tab.transcript.apply(event)
    expect(tab.transcript.chosenAnswer('q1')?.content).toBe(whole)
  })

  test('what is held back at the end of a cut attempt is not lost', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    await said(bench, tab, before)
    const next = await crash({ crashPolicy: 'continue' })
    const back = await next.follow(session)
    const call = await next.model.call()
    call.text('ans')
    const receipt = next.command(session, 'c1', 'cancel')
    expect(await back.until(isEndOf('q1'))).toMatchObject({
      content: `${before.trimEnd()}ans`,
      finishReason: 'cancelled',
    })
    expect(await receipt).toMatchObject({ outcome: 'cancelled', upstreamAborted: true })
  })

  test('a text without a word is begun anew: nothing can be told by it', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    await said(bench, tab, '**')
    const next = await crash({ crashPolicy: 'continue' })
    const back = await next.follow(session)
    const call = await next.model.call()
    expect(call.request.messages.at(-1)).toMatchObject({ role: 'user' })
    call.text('**Bold**')
    call.end()
    expect(await back.until(isEndOf('q1'))).toMatchObject({ content: '**Bold**' })
  })
})

describe('attempts', () => {
  test('T1: a stop of the server does not count as one, a crash does', async () => {
    await bench.ask(session, 'q1')
    await bench.model.call()
    let last: Server = bench
    for (let stops = 0; stops < 5; stops++) {
      await last.stop()
      last = bench.another()
      await last.agent.recover()
      await last.model.call()
    }
    const tab = await last.follow(session)
    await tab.until((event) => event.type === 'status' && event.attempt === 6)
    expect(tab.story.filter((each) => each === 'status queued').length).toBe(5)
    for (let crashes = 0; crashes < 2; crashes++) {
      last = await crash({})
      await last.model.call()
    }
    const end = await crash({})
    const back = await end.follow(session)
    expect(await back.until(isEndOf('q1'))).toMatchObject({ code: 'INTERNAL', retryable: true })
    expect(end.model.calls).toEqual([])
  })

  test('T3: that were cut show in the usage by their number; tokens are as the model reported them', async () => {
    const usage = { promptTokens: 3, completionTokens: 2, costUsd: 0.01 }
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    ;(await said(bench, tab, 'One')).end({ usage })
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ usage })
    await bench.ask(session, 'q2')
    await bench.model.call()
    const next = await crash({})
    const back = await next.follow(session)
    ;(await next.model.call()).end({ usage })
    expect(await back.until(isEndOf('q2'))).toMatchObject({ usage: { ...usage, attempts: 2 } })
    expect(back.events.find(isEndOf('q1'))).not.toHaveProperty('usage.attempts')
  })

  test('M7, G7: a model that does not stop when it is told to does not keep the turn', async () => {
    const tab = await bench.follow(session)
    const deaf = bench.another()
    deaf.model.answer = () => new Promise(() => {})
    await deaf.ask(session, 'q1')
    await tab.until((event) => event.type === 'status' && event.state === 'thinking')
    const receipt = deaf.command(session, 'c1', 'cancel')
    await deaf.clock.armed(2000)
    deaf.clock.advance(2000)
    expect(await receipt).toMatchObject({ outcome: 'cancelled', upstreamAborted: false })
    await round()
    expect(deaf.clock.pending).toEqual([])
  })
})
