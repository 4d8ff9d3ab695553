/** Going on from a text: what the model repeats of it is cut, and nothing else is. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createContinuation } from './continuation.ts'

/** The text that an answer comes to: what stood before, and what is new of the pieces. */
function continued(before: string, pieces: readonly string[]): string {
  const continuation = createContinuation(before)
  const fresh = pieces.map((piece) => continuation.push(piece))
  return before + fresh.join('') + continuation.end()
}

/** Cut at these places, in whatever order they are. */
function cutAt(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...ends, text.length]
    .map((end, index) => text.slice(ends[index - 1] ?? 0, end))
    .filter((piece) => piece !== '')
}

const places = fc.array(fc.nat(500), { maxLength: 30 })
/** Words that all differ: nothing in the text repeats by itself. */
const prose = fc
  .uniqueArray(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 12 }), {
    minLength: 4,
    maxLength: 60,
  })
  .map((words) => words.map((word, n) => `${n}${word}`).join(' '))

describe('what a model says that is to go on', () => {
  test('a text that is gone on with as it should be is left as it is', () => {
    fc.assert(
      fc.property(prose, fc.nat(500), places, (text, at, cuts) => {
        const cut = at % text.length
        expect(continued(text.slice(0, cut), cutAt(text.slice(cut), cuts))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('T2: the end of the text, said again, is cut', () => {
    fc.assert(
      fc.property(prose, fc.nat(500), fc.nat(500), places, (text, at, back, cuts) => {
        const cut = 1 + (at % (text.length - 1))
        const from = back % cut
        const repeated = text.slice(from, cut)
        fc.pre((repeated.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= 8)
        expect(continued(text.slice(0, cut), cutAt(text.slice(from), cuts))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('T2: a model that begins again from the beginning loses what it repeats, however short', () => {
    fc.assert(
      fc.property(prose, fc.nat(500), places, (text, at, cuts) => {
        const cut = 1 + (at % (text.length - 1))
        expect(continued(text.slice(0, cut), cutAt(text, cuts))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('any text at all: it is said whole, or without a beginning that stood there already', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', ' ') })
    fc.assert(
      fc.property(small, small, places, (before, text, cuts) => {
        const whole = continued(before, cutAt(text, cuts))
        expect(whole).toBe(
          continued(
            before,
            [text].filter((piece) => piece !== ''),
          ),
        )
        const cut = before.length + text.length - whole.length
        const repeated = text.slice(0, cut)
        expect(whole).toBe(before + text.slice(cut))
        expect(before.endsWith(repeated) || before.startsWith(repeated)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['Hel', ['lo'], 'Hello'],
    ['| --- | --- ', ['| --- |\n'], '| --- | --- | --- |\n'],
    ['The answer is', [' forty', '-two.'], 'The answer is forty-two.'],
    ['The answer is', ['The', ' answer', ' is', ' forty-two.'], 'The answer is forty-two.'],
    ['First this. The answer is', ['The answer is', ' no.'], 'First this. The answer is no.'],
    ['Half of the text', ['Half of', ' the'], 'Half of the text'],
    ['Half of the text', ['Half'], 'Half of the textHalf'],
    ['', ['All', ' of it'], 'All of it'],
  ])('%j and %j is %j', (before, pieces, whole) => {
    expect(continued(before, pieces)).toBe(whole)
  })

  test('a long text that is begun again costs no more than it is long', () => {
    const before = 'abcdefghij'.repeat(20_000)
    const cuts = Array.from({ length: 5000 }, (_, n) => n * 37)
    expect(continued(before, cutAt(`${before}!`, cuts))).toBe(`${before}!`)
  })
})
