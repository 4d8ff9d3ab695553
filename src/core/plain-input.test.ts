/** What any input must be before a schema sees it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findFlaw, maxDepth } from './plain-input.ts'

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

describe('I2: an input', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an object', { a: 1, b: [true, 'x', null], constructor: 1, prototype: {} }],
    ['characters of several units', { text: '😀 漢 \n\t' }],
    ['the deepest that there may be', nested(maxDepth)],
  ])('may be %s', (_, input) => expect(findFlaw(input)).toBeNull())

  test.each<[string, unknown, string]>([
    ['a NUL', { a: { b: 'x\u0000' } }, 'a.b'],
    ['half a character', { a: ['\ud83d'] }, 'a.0'],
    ['half a character as the whole', '\ude00', 'input'],
    ['a number that is infinite', JSON.parse('{"a":1e400}'), 'a'],
    ['a prototype', JSON.parse('{"args":{"__proto__":{"isAdmin":true}}}'), 'args.__proto__'],
    ['a name with a NUL', { a: { 'x\u0000': 1 } }, 'a'],
    ['a form', new FormData(), 'input'],
    ['a file deep inside', { a: [new Blob()] }, 'a.0'],
    ['one level too many', nested(maxDepth + 1), 'input'],
  ])('may not have %s', (_, input, field) => {
    expect(findFlaw(input)).toEqual({ field, message: expect.any(String) })
  })

  test('may be of any depth without harm to the stack', () => {
    expect(findFlaw(nested(200_000))).toMatchObject({ field: 'input' })
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    expect(findFlaw(deep)).toMatchObject({ field: 'input' })
  })

  test('a name that is said back is short and whole', () => {
    const flaw = findFlaw({ ['x'.repeat(10_000)]: 'bad\u0000' })
    expect(flaw?.field.length).toBeLessThan(100)
    expect(findFlaw({ '\ud800': 1 })?.field.isWellFormed()).toBe(true)
  })

  test('is flawless exactly where it comes back the same out of JSON and has neither NUL nor prototype', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value)
        const flawed = /\\u0000|\\ud[89a-f]|"__proto__":/.test(text)
        expect(findFlaw(value) !== null).toBe(flawed)
      }),
    )
  })
})
