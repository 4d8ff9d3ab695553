import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitHeading } from './question-heading.ts'

const word = 'apple '

test('P24: a short question is its heading', () => {
  expect(splitHeading('Two\nlines')).toEqual({ heading: 'Two\nlines', rest: '' })
})

test.each([
  ['its first line', `\nPlease read:\n${word.repeat(100)}`, '\nPlease read:'],
  ['whole words', word.repeat(100), word.repeat(40).trimEnd()],
  ['so many characters', 'x'.repeat(1_000), 'x'.repeat(240)],
  ['whole characters', `${'x'.repeat(239)}😀${'x'.repeat(100)}`, 'x'.repeat(239)],
])('P24: of a long question %s', (_, content, heading) => {
  expect(splitHeading(content).heading).toBe(heading)
})

test('P24: a heading and its rest are the question, and a heading is never empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 }), (text) => {
      const content = `a${text}`
      const { heading, rest } = splitHeading(content)
      expect(heading + rest).toBe(content)
      expect(heading.trim()).not.toBe('')
    }),
  )
})
