/** The command line of chaos. */
import { expect, test } from 'vitest'
import { parseOptions } from './options.ts'

test('chaos: one server with the embedded store, or some that share a Redis', () => {
  expect(parseOptions([]).servers).toBeNull()
  expect(parseOptions(['--redis']).servers).toBe(3)
  expect(parseOptions(['--redis', '--servers', '2']).servers).toBe(2)
})

test('chaos: servers that share nothing are refused, and so is no server', () => {
  expect(() => parseOptions(['--servers', '3'])).toThrow('--servers needs --redis')
  expect(() => parseOptions(['--redis', '--servers', '0'])).toThrow('a whole number from 1 on')
})
