/** A message is measured as the server does, in bytes, and told in characters. */
import { expect, test } from 'vitest'
import { messageSize } from './message-size.ts'

test.each([
  ['', { fits: true, charactersLeft: null }],
  ['a'.repeat(90), { fits: true, charactersLeft: null }],
  ['a'.repeat(91), { fits: true, charactersLeft: 9 }],
  ['a'.repeat(100), { fits: true, charactersLeft: 0 }],
  ['a'.repeat(112), { fits: false, charactersOver: 12 }],
  // Three bytes each: 33 of them fit.
  ['に'.repeat(33), { fits: true, charactersLeft: 1 }],
  ['に'.repeat(35), { fits: false, charactersOver: 2 }],
])('%j of 100 bytes', (text, size) => {
  expect(messageSize(text, 100)).toEqual(size)
})

test('where the limit is not known, everything fits', () => {
  expect(messageSize('a'.repeat(1_000_000), null)).toEqual({ fits: true, charactersLeft: null })
})
