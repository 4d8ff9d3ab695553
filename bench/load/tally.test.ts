import { expect, test } from 'vitest'
import { fillerOf, stampOf, tokenOf } from '../token.ts'
import { Tally } from './tally.ts'

const tokenChars = 12
const text = (...indexes: number[]) =>
  indexes.map((index) => tokenOf(stampOf(1000), index, fillerOf(tokenChars))).join('')

function told(...texts: string[]) {
  const tally = new Tally({ tokens: 5, tokenChars })
  const ages: number[] = []
  for (const one of texts) tally.take(one, 1250, (age) => ages.push(age))
  return { tally, ages }
}

test('every token once and in order, merged or not, is no fault', () => {
  const { tally, ages } = told(text(0), text(1, 2, 3), text(4))
  tally.end()
  expect(tally.faults).toEqual({ lost: 0, doubled: 0 })
  expect([tally.received, tally.answers]).toEqual([5, 1])
  expect(ages).toEqual([250, 250, 250, 250, 250])
})

test('a hole, a repetition and a missing end are counted', () => {
  expect(told(text(0, 2)).tally.faults).toEqual({ lost: 1, doubled: 0 })
  expect(told(text(0, 1), text(1, 2)).tally.faults).toEqual({ lost: 0, doubled: 1 })
  const { tally } = told(text(0, 1))
  tally.end()
  expect(tally.faults).toEqual({ lost: 3, doubled: 0 })
})

test('swapped tokens are a loss and a repetition', () => {
  expect(told(text(1, 0, 2)).tally.faults).toEqual({ lost: 1, doubled: 1 })
})

test('the next answer begins at its first token again', () => {
  const { tally } = told(text(0, 1, 2, 3, 4))
  tally.end()
  expect(tally.chars).toBe(0)
  tally.take(text(0), 0, () => undefined)
  expect(tally.faults).toEqual({ lost: 0, doubled: 0 })
})

test('a text that is cut within a token is refused', () => {
  expect(() => told(text(0).slice(1))).toThrow('cut within a token')
})
