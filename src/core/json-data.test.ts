import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonProblem } from './json-data.ts'

test('what JSON writes and reads again as the same is let through', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((it) => !it.includes('\u0000'))
  const tree = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }).filter((value) => {
    const written = JSON.stringify(value)
    return !written.includes('\\u0000') && !written.includes('__proto__')
  })
  fc.assert(
    fc.property(fc.oneof(text, tree), (value) => {
      const read: unknown = JSON.parse(JSON.stringify(value))
      expect(jsonProblem(read, 16)).toBeNull()
    }),
  )
})

test.each([
  ['a number that JSON cannot write', JSON.parse('[1e999]')],
  ['NUL', { a: 'x\u0000' }],
  ['half of a surrogate pair', ['\ud800']],
  ['half of one in a key', { '\udc00': 1 }],
  ['a key that changes prototypes', JSON.parse('{"__proto__":{}}')],
  ['what is no JSON', { a: undefined }],
])('%s is refused', (_, value) => {
  expect(jsonProblem(value, 16)).toMatch(/^must /)
})

test('nesting is let through up to the limit', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
  expect(jsonProblem(nested(16), 16)).toBeNull()
  expect(jsonProblem(nested(17), 16)).toMatch(/nested/)
})
