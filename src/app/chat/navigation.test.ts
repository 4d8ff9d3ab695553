/** The addresses of contract section 8. */
import { expect, test } from 'vitest'
import { sessionOf, sessionPath } from './navigation.ts'

test.each([
  ['/', null],
  ['/s/abc', 'abc'],
  ['/s/abc/', 'abc'],
  ['/s/', null],
  ['/s/a/b', null],
  ['/x', null],
  ['/s/%E0%A4%A', null],
])('%s shows %s', (path, sessionId) => {
  expect(sessionOf(path)).toBe(sessionId)
})

test('an address gives back the session that it was made of', () => {
  expect(sessionOf(sessionPath('a b/c?ü'))).toBe('a b/c?ü')
  expect(sessionPath(null)).toBe('/')
})
