/** Cursors: a stranger's text is read strictly, and never throws. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCursor, parseCursor } from './cursor.ts'

test('a cursor that was written is read back', () => {
  const epoch = fc.stringMatching(/^[0-9a-z]{1,32}$/)
  fc.assert(
    fc.property(epoch, fc.maxSafeNat(), (name, seq) => {
      expect(parseCursor(formatCursor({ epoch: name, seq }))).toEqual({ epoch: name, seq })
    }),
  )
})

test.each([
  '',
  'e1',
  'e1-',
  '-1',
  'e1--1',
  'e1-01',
  'e1-1.5',
  'e1-1e3',
  'E1-1',
  'e1-1 ',
  ' e1-1',
  'e1-1\n',
  'e1-9007199254740993',
  'e1-99999999999999999999',
  `${'e'.repeat(33)}-1`,
  'e1-1-1',
])('%j is no cursor', (text) => expect(parseCursor(text)).toBeNull())

test('whatever text comes, it is a cursor that writes back to the same, or null', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-zA-Z]{1,33}-[0-9 -]{1,18}$/)),
      (text) => {
        const cursor = parseCursor(text)
        if (cursor) expect(formatCursor(cursor)).toBe(text)
      },
    ),
  )
})
