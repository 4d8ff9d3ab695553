/** Turns: from a query to the one event that ends it, whatever fails on the way. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AgentError, ModelError } from '../errors.ts'
import type { Store } from '../ports/store.ts'
import { type Bench, openBench, round } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, isIdle } from '../testing/tab.ts'

let bench: Bench
let session: string
/** While true, the store cannot write. */
let full = false
/** Appends that were refused. */
let refused = 0

function fillable(store: Store): Store {
  return {
    ...store,
    append(input) {
      if (!full) return store.append(input)
      refused++
      return Promise.reject(new AgentError('STORE_UNAVAILABLE'))
    },
  }
}

beforeEach(async () => {
  full = false
  refused = 0
  bench = await openBench({ wrap: fillable })
  session = await bench.create()
})
afterEach(() => bench.close())

const upstream = new ModelError('UPSTREAM_UNAVAILABLE', 'The model is away.', { retryable: true })

describe('a turn', () => {
  test('G7, E3: a query is answered: thinking, streaming, deltas, one response, idle', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1', { content: 'Hello?' })
    const call = await bench.model.call()
    expect(call.request.messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello?' },
    ])
    call.text('Hel')
    await tab.until(isDelta)
    call.text('lo', ' you')
    await tab.until((event) => event.type === 'delta' && event.offset === 3)
    const usage = { promptTokens: 3, completionTokens: 2, costUsd: 0.01 }
    call.end({ usage, finishReason: 'length', model: 'm1-really' })
    await tab.until(isIdle)
    expect(tab.story).toEqual([
      'notification',
      'query queued',
      'status thinking',
      'status streaming',
      'delta',
      'delta',
      'delta',
      'response length',
      'status idle',
    ])
    expect(tab.events.at(-2)).toMatchObject({
      content: 'Hello you',
      model: 'm1-really',
      usage,
      attempt: 1,
    })
    expect((await bench.agent.getSession('u1', { sessionId: session })).state).toBe('idle')
  })

  test('the first piece goes out at once, the next gather while it is committed', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('a', 'b', 'c')
    const first = await tab.until(isDelta)
    expect(first.content).toBe('a')
    const second = await tab.until(isDelta, first.seq)
    expect(second).toMatchObject({ content: 'bc', offset: 1 })
    call.end()
    await tab.until(isIdle)
  })

  test('G12: an answer goes on when its readers leave', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('One')
    await tab.until(isDelta)
    await tab.close()
    expect(bench.agent.stats().followers).toBe(0)
    call.text(' two')
    bench.clock.advance(200)
    call.end()
    await round()
    const back = await bench.follow(session, tab.transcript.lastEventId ?? '')
    expect(await back.until(isEndOf('q1'))).toMatchObject({ content: 'One two' })
    await back.until(isIdle)
    // G9: what was missed comes as one response, not as deltas.
    expect(back.story).toEqual(['response stop', 'status idle'])
  })

  test('G7: an answer without a word ends all the same', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ type: 'response', content: '' })
  })

  test('G7: a model that fails ends the turn in one error, and the next query runs', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    await bench.ask(session, 'q2')
    const call = await bench.model.call()
    call.retrying({ attempt: 1, delayMs: 1500, code: 'UPSTREAM_RATE_LIMITED' })
    call.fail(
      new ModelError('UPSTREAM_RATE_LIMITED', 'Busy.', { retryable: true, retryAfterMs: 9 }),
    )
    expect(await tab.until(isEndOf('q1'))).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      content: 'Busy.',
      retryable: true,
      retryAfterMs: 9,
    })
    const next = await bench.model.call()
    expect(next.question).toBe('Question q2')
    next.end()
    await tab.until(isIdle)
    expect(tab.story.filter((each) => /^(response|error)/.test(each)).length).toBe(2)
    expect(tab.story).toContain('status retrying')
    expect(tab.transcript.find('q1')?.state).toBe('done')
  })

  test('G7: text that was said before a failure is kept, and is not lost to the timer', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('Some', ' text')
    call.fail(upstream)
    const end = await tab.until(isEndOf('q1'))
    const answerId = end.type === 'error' ? (end.answerId ?? '') : ''
    expect(tab.transcript.find(answerId)).toMatchObject({ content: 'Some text', state: 'failed' })
  })

  test('G7: what is unexpected ends in INTERNAL, and says nothing from inside', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.fail(new TypeError('secret inside'))
    const end = await tab.until(isEndOf('q1'))
    expect(end).toMatchObject({ type: 'error', code: 'INTERNAL', retryable: true })
    expect(JSON.stringify(tab.events)).not.toContain('secret')
  })

  test('what the model says after its end changes nothing', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('All')
    call.end()
    const end = await tab.until(isIdle)
    call.text(' and more')
    bench.clock.advance(1000)
    await round()
    expect(tab.transcript.lastSeq).toBe(end.seq)
    expect(bench.clock.pending).toEqual([])
  })
})

describe('a store that cannot write', () => {
  test('G7: before the first token: nothing is lost, the turn ends', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    full = true
    call.text('Hel')
    await round()
    call.text('lo')
    bench.clock.advance(100)
    await round()
    full = false
    bench.clock.advance(100)
    expect(await tab.until(isDelta)).toMatchObject({ offset: 0, content: 'Hello' })
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'Hello', type: 'response' })
    expect(refused).toBeGreaterThan(1)
  })

  test('G7: at the end: it is tried until it can be kept', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('Hello')
    await tab.until(isDelta)
    full = true
    call.text(' you')
    call.end()
    for (let tries = 0; tries < 3; tries++) {
      await bench.clock.armed(500)
      bench.clock.advance(500)
    }
    await bench.clock.armed(500)
    expect(tab.story.at(-1)).toBe('delta')
    full = false
    bench.clock.advance(500)
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'Hello you' })
    await tab.until(isIdle)
    expect(tab.story.filter((each) => each.startsWith('response')).length).toBe(1)
  })

  test('G7: at a failure: the text said before it is kept with the error', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('Hello')
    await tab.until(isDelta)
    full = true
    call.text(' you')
    call.fail(upstream)
    await bench.clock.armed(500)
    full = false
    bench.clock.advance(500)
    await tab.until(isEndOf('q1'))
    const answer = tab.transcript.items.at(-1)
    expect(answer).toMatchObject({ message: { content: 'Hello you', state: 'failed' } })
  })

  test('G7: before the turn begins: the session is looked at again', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    full = true
    await bench.clock.armed(1000)
    full = false
    bench.clock.advance(1000)
    const call = await bench.model.call()
    call.end()
    await tab.until(isIdle)
    expect(bench.model.calls.length).toBe(1)
  })

  test('G4: a query is refused, and is not in the log', async () => {
    full = true
    await expect(bench.ask(session, 'q1')).rejects.toMatchObject({ reason: 'STORE_UNAVAILABLE' })
    full = false
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 50 })
    expect(messages).toEqual([])
    // The same request, sent again, is the first one.
    expect((await bench.ask(session, 'q1')).seq).toBe(2)
  })

  test('a stop does not wait for it, also where the answer was cancelled', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('Hello')
    await tab.until(isDelta)
    const receipt = bench.command(session, 'c1', 'cancel')
    await tab.until((event) => event.type === 'command')
    full = true
    await bench.clock.armed(500)
    const stopped = bench.stop()
    bench.clock.advance(500)
    await stopped
    full = false
    bench.clock.advance(10_000)
    await expect(receipt).rejects.toMatchObject({ reason: 'STORE_UNAVAILABLE' })
    // The next start ends it as it was asked to.
    const next = bench.another()
    await next.agent.recover()
    const again = await next.follow(session)
    expect(await again.until(isEndOf('q1'))).toMatchObject({
      finishReason: 'cancelled',
      content: 'Hello',
    })
  })
})

describe('a stop', () => {
  test('gives running answers their time, starts none, and refuses new queries', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    await bench.ask(session, 'q2')
    const call = await bench.model.call()
    const drained = bench.agent.drain(5000)
    await expect(bench.ask(session, 'q3')).rejects.toMatchObject({ reason: 'DRAINING' })
    // What was acknowledged before is so still.
    expect((await bench.ask(session, 'q2')).state).toBe('queued')
    call.text('Done')
    call.end()
    await tab.until(isEndOf('q1'))
    await drained
    expect(bench.model.calls.length).toBe(1)
    expect(bench.clock.pending).toEqual([])
    const next = bench.another()
    await next.agent.recover()
    expect((await next.model.call()).question).toBe('Question q2')
  })

  test('lets go of what takes longer: the text so far is kept, and the next start goes on', async () => {
    const tab = await bench.follow(session)
    await bench.ask(session, 'q1')
    const call = await bench.model.call()
    call.text('Half', ' of it')
    await tab.until(isDelta)
    const drained = bench.agent.drain(5000)
    bench.clock.advance(5000)
    await drained
    expect(call.signal.aborted).toBe(true)
    const next = bench.another({ crashPolicy: 'continue' })
    await next.agent.recover()
    const again = await next.model.call()
    expect(again.request.messages.at(-1)).toEqual({ role: 'assistant', content: 'Half of it' })
  })
})
