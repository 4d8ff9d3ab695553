import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFrames, done } from '../simulator/wire.ts'
import { AnswerReader } from './answer-reader.ts'

const frames = createFrames({ id: 'gen-1', model: 'm', created: 1 })

function read(pieces: readonly Uint8Array[]): { text: string; pieces: string[]; tokens: number } {
  const told = { text: '', pieces: [] as string[], tokens: 0 }
  const sink = {
    text: (text: string) => {
      told.text += text
      told.pieces.push(text)
    },
    reasoning: () => {},
    token: () => {
      told.tokens += 1
    },
  }
  const reader = new AnswerReader({ model: 'm', maxAnswerChars: 100_000, sink })
  for (const piece of pieces) reader.feed(piece)
  reader.end()
  return told
}

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length]
  let start = 0
  return ends
    .toSorted((a, b) => a - b)
    .map((end) => {
      const piece = bytes.subarray(start, end)
      start = end
      return piece
    })
}

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('🎉', 'é', '日', '\u0000', '\r', '\n', ':', '"'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
})

test('any text, cut at any bytes, arrives whole', () => {
  fc.assert(
    fc.property(fc.array(anyText), fc.array(fc.nat()), (tokens, places) => {
      const stream = [
        ': OPENROUTER PROCESSING\n\n',
        frames.role(),
        ...tokens.map(frames.token),
        frames.finish('stop'),
        done,
      ]
      const bytes = new TextEncoder().encode(stream.join(''))
      const { text, pieces } = read(cut(bytes, places))
      expect(text).toBe(tokens.join(''))
      for (const piece of pieces) expect(piece).not.toBe('')
    }),
  )
})

test('an answer that is cut before its end is never taken for a whole one', () => {
  const stream = ['one', ' two', '.'].map(frames.token).join('')
  const bytes = new TextEncoder().encode(stream)
  fc.assert(
    fc.property(fc.nat({ max: bytes.length }), (length) => {
      expect(() => read([bytes.subarray(0, length)])).toThrow(
        expect.objectContaining({ code: 'UPSTREAM_TRUNCATED' }),
      )
    }),
  )
})

test('an emoji whose halves come in two chunks is one character, in one piece', () => {
  const chunk = (escaped: string) =>
    new TextEncoder().encode(`data: {"choices":[{"delta":{"content":"${escaped}"}}]}\n\n`)
  const { pieces } = read([chunk('a\\ud83c'), chunk('\\udf89b'), new TextEncoder().encode(done)])
  expect(pieces).toEqual(['a', '🎉b'])
})

test('half a character that never gets its other half does not leave as one', () => {
  const lonely = 'data: {"choices":[{"delta":{"content":"a\\ud83c"},"finish_reason":"stop"}]}\n\n'
  expect(read([new TextEncoder().encode(lonely)]).text).toBe('a\ufffd')
})

test('pieces that come together go on together', () => {
  const bytes = new TextEncoder().encode(['a', 'b', 'c'].map(frames.token).join('') + done)
  expect(read([bytes])).toMatchObject({ pieces: ['abc'], tokens: 3 })
})

test('carriage returns, missing spaces and a missing last line are understood', () => {
  const stream = 'data:{"choices":[{"delta":{"content":"ok"}}]}\r\n\r\ndata: [DONE]\r\n'
  expect(read([new TextEncoder().encode(stream)]).text).toBe('ok')
})

test('no garbage makes it do anything but end or throw a ModelError', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json().map((json) => `data: ${json}\n\n`),
    anyText.map(frames.token),
    fc
      .json()
      .map((json) => `data: {"choices":[{"delta":{"content":${json}}}],"usage":${json}}\n\n`),
    fc.json().map((json) => `data: {"choices":${json},"error":${json}}\n\n`),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        read([new TextEncoder().encode(lines.join(''))])
      } catch (cause) {
        expect(cause).toMatchObject({ name: 'ModelError' })
      }
    }),
  )
})
