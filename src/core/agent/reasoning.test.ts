/** What the model thinks aloud: seldom in the log, bounded, folded into its answer, never sent back. */
import { expect, test } from 'vitest'
import { Transcript } from '../folds/transcript.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { maxReasoningChars, type Reasoning, ReasoningWriter } from './reasoning-writer.ts'

function bench() {
  const clock = new ManualClock()
  const pieces: Reasoning[] = []
  const append = async (piece: Reasoning) => {
    pieces.push(piece)
    return { outcome: 'appended' }
  }
  return { clock, pieces, writer: new ReasoningWriter({ clock, append }) }
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test('H4: the first piece is written at once, then one a second, and the rest as the answer begins', async () => {
  const { clock, pieces, writer } = bench()
  for (let at = 0; at < 100; at++) {
    writer.push('x')
    await settle()
    clock.advance(25)
  }
  expect(pieces.map(({ offset }) => offset)).toEqual([0, 1, 40])
  writer.end()
  writer.push('too late')
  await writer.close()
  expect(pieces.map(({ text }) => text).join('')).toBe('x'.repeat(100))
})

test('H5: of a long one the beginning is kept, with a mark', async () => {
  const { pieces, writer } = bench()
  for (let at = 0; at < 100; at++) {
    writer.push('x'.repeat(1000))
    await settle()
  }
  await writer.close()
  const text = pieces.map((piece) => piece.text).join('')
  expect(text).toBe(`${'x'.repeat(maxReasoningChars - 1)}…`)
  for (const [at, { offset }] of pieces.entries()) {
    const before = pieces.slice(0, at).reduce((sum, piece) => sum + piece.text.length, 0)
    expect(offset).toBe(before)
  }
})

test('what the store could not write goes with the next piece', async () => {
  const { clock, pieces } = bench()
  let fails = true
  const append = async (piece: Reasoning) => {
    if (fails) throw new Error('full')
    pieces.push(piece)
    return { outcome: 'appended' }
  }
  const writer = new ReasoningWriter({ clock, append })
  writer.push('a')
  await settle()
  fails = false
  writer.push('b')
  await writer.close()
  expect(pieces).toEqual([{ offset: 0, text: 'ab' }])
})

test('H6: a piece adds to its answer and begins nothing; a new attempt begins anew', () => {
  const transcript = new Transcript()
  let seq = 0
  const said = (event: object) => {
    seq += 1
    const timestamp = new Date(seq * 1000).toISOString()
    const place = { id: `e-${seq}`, seq, sessionId: 's', content: 'Thinking...', timestamp }
    transcript.apply({ ...place, ...event } as Parameters<Transcript['apply']>[0])
  }
  const status = (state: string, attempt: number, reasoning?: Reasoning) =>
    said({ type: 'status', state, messageId: 'q', answerId: 'a', attempt, reasoning })
  said({ type: 'query', messageId: 'q', priority: 'normal', state: 'queued', content: 'Why?' })
  status('thinking', 1)
  status('thinking', 1, { text: 'one ', offset: 0 })
  status('thinking', 1, { text: 'one two', offset: 0 })
  said({ type: 'command', name: 'cancel', args: { messageId: 'a' } })
  status('thinking', 1, { text: ' three', offset: 7 })
  expect(transcript.queue.running).toMatchObject({ answerId: 'a', cancelled: true })
  expect(transcript.find('a')).toMatchObject({ reasoning: 'one two three', reasoningMs: 4000 })
  status('restarting', 2)
  expect(transcript.find('a')?.reasoning).toBeUndefined()
  status('thinking', 1, { text: 'late', offset: 0 })
  status('thinking', 2, { text: 'anew', offset: 0 })
  said({
    type: 'response',
    messageId: 'a',
    replyTo: 'q',
    attempt: 2,
    model: 'm',
    finishReason: 'stop',
  })
  expect(transcript.find('a')).toMatchObject({ reasoning: 'anew', state: 'done' })
})
