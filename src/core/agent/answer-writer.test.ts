import { expect, test } from 'vitest'
import type { EventBody } from '../events.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { AnswerPace } from './answer-pace.ts'
import { AnswerWriter } from './answer-writer.ts'

/** A writer over a log of its own; `deltas` is what it committed. */
function openWriter() {
  const clock = new ManualClock()
  const deltas: string[] = []
  const writer = new AnswerWriter({
    pace: new AnswerPace(clock),
    clock,
    answer: { messageId: 'a1', replyTo: 'q1', attempt: 1 },
    prefix: '',
    append: async (events: EventBody[]) => {
      for (const event of events) if (event.type === 'delta') deltas.push(event.content)
      return { outcome: 'appended', events: [] }
    },
    onLost: () => {
      throw new Error('nothing is lost here')
    },
  })
  return { clock, deltas, writer }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('the first piece is committed at once, and what follows gathers while the answer rests', async () => {
  const { deltas, writer } = openWriter()
  writer.push('one')
  await settled()
  writer.push(' two')
  writer.push(' three')
  await settled()
  expect(deltas).toEqual(['one'])
  expect(await writer.close()).toMatchObject([{ type: 'delta', content: ' two three' }])
})

test('after the rest what waits goes with the next piece', async () => {
  const { clock, deltas, writer } = openWriter()
  writer.push('one')
  await settled()
  clock.advance(20)
  writer.push(' two')
  clock.advance(40)
  await settled()
  expect(deltas).toEqual(['one'])
  writer.push(' three')
  await settled()
  expect(deltas).toEqual(['one', ' two three'])
})

test('without a next piece what waits goes by itself', async () => {
  const { clock, deltas, writer } = openWriter()
  writer.push('one')
  await settled()
  writer.push(' two')
  clock.advance(100)
  await settled()
  expect(deltas).toEqual(['one', ' two'])
})
