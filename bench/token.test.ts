import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ageAt, fillerOf, indexAt, maxTokens, minTokenChars, stampOf, tokenOf } from './token.ts'

const time = fc.integer({ min: 0, max: 2 ** 50 })
const index = fc.integer({ min: 0, max: maxTokens - 1 })
const chars = fc.integer({ min: minTokenChars, max: 300 })

test('a token says its number and its age, wherever it stands in a text', () => {
  fc.assert(
    fc.property(
      time,
      index,
      chars,
      fc.nat({ max: 600_000_000 }),
      fc.nat({ max: 50 }),
      (sentUs, number, length, ageUs, before) => {
        const token = tokenOf(stampOf(sentUs), number, fillerOf(length))
        expect(token).toHaveLength(length)
        const text = 'x'.repeat(before) + token
        expect(indexAt(text, before)).toBe(number)
        expect(ageAt(text, before, sentUs + ageUs)).toBe(ageUs)
      },
    ),
  )
})

test('a token that seems to come from the future is new', () => {
  const token = tokenOf(stampOf(1000), 0, fillerOf(minTokenChars))
  expect(ageAt(token, 0, 998)).toBe(0)
})
