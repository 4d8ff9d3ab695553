import { expect, test } from 'vitest'
import { parseRetryAfter, retryDelayMs } from './retry.ts'

const now = Date.parse('2026-01-01T00:00:00Z')

test.each([
  ['7', 7_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  // An infinite wait would be written as null, and no log that has it could be read again.
  ['9'.repeat(400), 86_400_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
  ['soon', undefined],
  ['-5', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(parseRetryAfter(header, now)).toBe(expected)
})

test('a wait stays below its ceiling, and above what the server asked for', () => {
  for (let failed = 1; failed < 20; failed++) {
    expect(retryDelayMs(failed, undefined, () => 1)).toBeLessThanOrEqual(8_000)
    expect(retryDelayMs(failed, 5_000, () => 0)).toBe(5_000)
  }
})
