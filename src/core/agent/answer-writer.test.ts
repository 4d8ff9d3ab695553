import { expect, test } from 'vitest'
import type { EventBody } from '../events.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { AnswerWriter } from './answer-writer.ts'

/** A writer over a log of its own; `deltas` is what it committed. */
function openWriter() {
  const clock = new ManualClock()
  const deltas: string[] = []
  const flushed: { waitedMs: number; chars: number }[] = []
  const store = { isFull: false }
  const writer = new AnswerWriter({
    clock,
    meter: { flushed: (waitedMs, chars) => flushed.push({ waitedMs, chars }) },
    answer: { messageId: 'a1', replyTo: 'q1', attempt: 1 },
    prefix: '',
    append: async (events: EventBody[]) => {
      if (store.isFull) throw new Error('disk full')
      for (const event of events) if (event.type === 'delta') deltas.push(event.content)
      return { outcome: 'appended', events: [] }
    },
    onLost: () => {
      throw new Error('nothing is lost here')
    },
  })
  return { clock, deltas, flushed, store, writer }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a piece is committed at once, and what comes meanwhile goes together with the next commit', async () => {
  const { deltas, writer } = openWriter()
  writer.push('one')
  writer.push(' two')
  writer.push(' three')
  await settled()
  expect(deltas).toEqual(['one', ' two three'])
  expect(await writer.close()).toEqual([])
})

test('what is not committed when it closes is told as events', async () => {
  const { deltas, writer } = openWriter()
  writer.push('one')
  writer.push(' two')
  expect(await writer.close()).toMatchObject([{ type: 'delta', content: ' two', offset: 3 }])
  expect(deltas).toEqual(['one'])
})

test('M1: the meter is told how long the oldest text waited since it came', async () => {
  const { clock, flushed, writer } = openWriter()
  writer.push('one', clock.now() - 30)
  await settled()
  expect(flushed).toEqual([{ waitedMs: 30, chars: 3 }])
})

test('text that the store could not take is tried again, once in a while, with what came since', async () => {
  const { clock, deltas, store, writer } = openWriter()
  store.isFull = true
  writer.push('one')
  await settled()
  writer.push(' two')
  await settled()
  expect(clock.pending).toHaveLength(1)
  store.isFull = false
  clock.advance(100)
  await settled()
  expect(deltas).toEqual(['one two'])
  expect(writer.text).toBe('one two')
  await writer.close()
  expect(clock.pending).toEqual([])
})
