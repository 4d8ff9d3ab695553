import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ModelError } from '../errors.ts'
import type { Model, ModelEnd, ModelSink } from '../ports/model.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { gatheringModel } from './gathering-model.ts'

const request = {
  model: 'm',
  fallbacks: [],
  messages: [],
  temperature: 0,
  maxTokens: 1,
  sessionId: 's',
  userId: 'u',
}
const whole: ModelEnd = { finishReason: 'stop', model: 'm' }

/** A call of a model that says what the test makes it say; `told` is what came of it. */
function openCall() {
  const clock = new ManualClock()
  const told: { text: string; waitedMs: number }[] = []
  const stop = new AbortController()
  const { promise, resolve, reject } = Promise.withResolvers<ModelEnd>()
  let heard: ModelSink | null = null
  const model: Model = {
    answer(_request, sink) {
      heard = sink
      return promise
    },
  }
  const sink: ModelSink = {
    text: (text, sinceMs = Number.NaN) => told.push({ text, waitedMs: clock.now() - sinceMs }),
    retrying: () => {},
  }
  const over = gatheringModel(model, clock).answer(request, sink, stop.signal)
  over.catch(() => undefined)
  const say = (text: string) => heard?.text(text)
  const texts = () => told.map(({ text }) => text)
  return { clock, told, texts, say, over, stop, resolve, reject }
}

test('M8: the first piece is told at once, and what follows gathers while the answer rests', () => {
  const { say, texts } = openCall()
  say('one')
  say(' two')
  say(' three')
  expect(texts()).toEqual(['one'])
})

test('M8: after the rest what waits goes with the next piece, and says how long it waited', () => {
  const { clock, say, texts, told } = openCall()
  say('one')
  clock.advance(20)
  say(' two')
  clock.advance(22)
  expect(texts()).toEqual(['one'])
  say(' three')
  expect(told).toEqual([
    { text: 'one', waitedMs: 0 },
    { text: ' two three', waitedMs: 22 },
  ])
})

test('M8: without a next piece what waits goes by itself', () => {
  const { clock, say, texts } = openCall()
  say('one')
  say(' two')
  clock.advance(100)
  expect(texts()).toEqual(['one', ' two'])
})

test('M8: a piece after a rest without text is told at once', () => {
  const { clock, say, texts } = openCall()
  say('one')
  clock.advance(1000)
  say(' two')
  expect(texts()).toEqual(['one', ' two'])
  expect(clock.pending.length).toBeGreaterThan(0)
})

test('M8: the end of an answer tells what waits before it, and leaves no timer', async () => {
  const { clock, say, texts, over, resolve } = openCall()
  say('one')
  say(' two')
  resolve(whole)
  expect(await over).toBe(whole)
  expect(texts()).toEqual(['one', ' two'])
  expect(clock.pending).toEqual([])
})

test('M8: a failure tells what came before it', async () => {
  const { clock, say, texts, over, reject } = openCall()
  say('one')
  say(' two')
  const error = new ModelError('UPSTREAM_TRUNCATED', 'cut', { retryable: true })
  reject(error)
  await expect(over).rejects.toBe(error)
  expect(texts()).toEqual(['one', ' two'])
  expect(clock.pending).toEqual([])
})

test('M4: nothing is told of an answer that was stopped', async () => {
  const { clock, say, texts, over, stop, reject } = openCall()
  say('one')
  say(' two')
  const reason = new Error('stopped')
  stop.abort(reason)
  reject(reason)
  await expect(over).rejects.toBe(reason)
  clock.advance(1000)
  expect(texts()).toEqual(['one'])
})

/** A call among so many that the rest is long; `read` is what its source gave, `held` what waits there. */
function openHeldCall() {
  const clock = new ManualClock()
  const told: string[] = []
  let heard: ModelSink | null = null
  const { promise, resolve } = Promise.withResolvers<ModelEnd>()
  const model: Model = {
    answer(asked, sink) {
      if (asked.sessionId === 'this') heard = sink
      return promise
    },
  }
  const gathering = gatheringModel(model, clock)
  const never = new AbortController().signal
  const others: ModelSink = { text: () => {}, retrying: () => {} }
  for (let i = 0; i < 1000; i++) void gathering.answer(request, others, never)
  const sink: ModelSink = { text: (text) => told.push(text), retrying: () => {} }
  const over = gathering.answer({ ...request, sessionId: 'this' }, sink, never)
  const waiting: string[] = []
  let isHeld = false
  const read = () => {
    while (!isHeld && waiting.length > 0) heard?.text(waiting.shift() ?? '')
  }
  const source = {
    hold: () => {
      isHeld = true
    },
    go: () => {
      isHeld = false
      read()
    },
  }
  const from = () => heard?.from?.(source)
  from()
  /** What the source sends now. */
  const send = (text: string) => {
    waiting.push(text)
    read()
  }
  return {
    clock,
    told,
    send,
    over,
    resolve,
    isHeld: () => isHeld,
    isRead: () => waiting.length === 0,
  }
}

test('M8: in a long rest nothing is read, and what waited there goes with the next piece', () => {
  const { clock, told, send, isHeld, isRead } = openHeldCall()
  send('one')
  expect(told).toEqual(['one'])
  expect(isHeld()).toBe(true)
  clock.advance(50)
  send(' two')
  clock.advance(50)
  send(' three')
  expect(isRead()).toBe(false)
  clock.advance(30)
  expect(isHeld()).toBe(false)
  expect(told).toEqual(['one'])
  clock.advance(20)
  send(' four')
  expect(told).toEqual(['one', ' two three four'])
  expect(isHeld()).toBe(true)
})

test('M8: what waited in the source goes by itself where nothing follows', () => {
  const { clock, told, send } = openHeldCall()
  send('one')
  send(' two')
  clock.advance(125)
  expect(told).toEqual(['one'])
  clock.advance(125)
  expect(told).toEqual(['one', ' two'])
})

test('M8: a piece that comes some time after a hold is told at once', () => {
  const { clock, told, send } = openHeldCall()
  send('one')
  clock.advance(200)
  send(' two')
  expect(told).toEqual(['one', ' two'])
})

test('M8: when the answer is over its source is not held', async () => {
  const { send, over, resolve, isHeld } = openHeldCall()
  send('one')
  expect(isHeld()).toBe(true)
  resolve(whole)
  await over
  expect(isHeld()).toBe(false)
})

test('M8: whatever comes when, and is held for how long, the text is the same', async () => {
  const moves = fc.oneof(
    fc.record({ send: fc.string({ minLength: 1, maxLength: 5 }) }),
    fc.record({ advance: fc.integer({ min: 1, max: 200 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { maxLength: 60 }), async (script) => {
      const { clock, told, send, over, resolve, isHeld, isRead } = openHeldCall()
      let sent = ''
      for (const move of script) {
        if ('advance' in move) clock.advance(move.advance)
        else {
          sent += move.send
          send(move.send)
        }
      }
      // A source that is held comes to no end: whatever was held goes on.
      clock.advance(150)
      expect(isRead()).toBe(true)
      resolve(whole)
      await over
      expect(told.join('')).toBe(sent)
      expect(isHeld()).toBe(false)
    }),
  )
})

test('M8: whatever comes when, the text is the same, and no piece waits long', async () => {
  const moves = fc.oneof(
    fc.record({ say: fc.string({ minLength: 1, maxLength: 5 }) }),
    fc.record({ advance: fc.integer({ min: 1, max: 200 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { maxLength: 60 }), async (script) => {
      const { clock, told, texts, say, over, resolve } = openCall()
      let said = ''
      for (const move of script) {
        if ('advance' in move) clock.advance(move.advance)
        else {
          said += move.say
          say(move.say)
        }
      }
      resolve(whole)
      await over
      expect(texts().join('')).toBe(said)
      for (const { waitedMs } of told) expect(waitedMs).toBeLessThanOrEqual(70)
    }),
  )
})
