/**
 * Values that programs stumble over, and the text that they are in JSON. Some cannot be written with
 * `JSON.stringify` (a number of 400 digits, a depth of thousands): a mark stands for them, which `toJson`
 * replaces. Used by all that makes frames and bodies.
 */
import fc from 'fast-check'

const marks: Record<string, string> = {
  '@infinite@': '1e400',
  '@minus-infinite@': '-1e400',
  '@digits@': '9'.repeat(400),
  '@minus-nought@': '-0',
  '@tiny@': '1e-400',
  '@deep@': `${'['.repeat(40)}${']'.repeat(40)}`,
  '@deeper@': `${'['.repeat(9_000)}${']'.repeat(9_000)}`,
  '@deep-objects@': `${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`,
  '@deepest@': `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
  '@proto@': '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  '@twice@': '{"a":1,"a":{"a":2,"a":3}}',
  '@many@': `{${Array.from({ length: 3_000 }, (_, index) => `"k${index}":0`).join(',')}}`,
}

/** Sizes around the limits: of ids, titles, cursors, frames. */
const lengths = [0, 1, 36, 50, 128, 129, 200, 201, 256, 512, 513, 4_001, 8_193, 65_536, 70_000]

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud83d',
    '\ude00x',
    '\u202e\u2066',
    '\ufeff',
    '\r\nX-Evil: 1',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    '%00',
    '%s%n',
    '../../etc/passwd',
    "' or 1=1 --",
    '<script>alert(1)</script>',
    '0-0',
    'z-99999999999999999999',
    '2026-01-01T00:00:00.000Z|x',
  ),
  fc.constantFrom(...lengths).map((length) => 'x'.repeat(length)),
  fc.constantFrom(...lengths).map((length) => '😀'.repeat(Math.ceil(length / 4))),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uuid(),
)

export const nastyText = text

export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(marks)) },
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { length: -1 }),
  fc.constantFrom(0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, Number.MIN_VALUE),
  fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }),
)

const anyMark = new RegExp(`"(${Object.keys(marks).join('|')})"`, 'g')

/** As it goes over the wire. */
export function toJson(value: unknown): string {
  return JSON.stringify(value)?.replace(anyMark, (_, mark: string) => marks[mark] ?? '') ?? ''
}
