/** How `INVALID_INPUT` names what is wrong. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { wrongFields } from './wrong-fields.ts'

const schema = z.strictObject({ a: z.strictObject({ b: z.number() }) })

function fieldsOf(json: string): Record<string, string> {
  const parsed = schema.safeParse(JSON.parse(json))
  return parsed.success ? {} : wrongFields(parsed.error.issues)
}

test('I3: a field is named by its path, an unknown one too', () => {
  expect(fieldsOf('{"a":{"b":"x","c":1}}')).toEqual({
    'a.b': expect.any(String),
    'a.c': 'is not a known field',
  })
  expect(fieldsOf('1')).toEqual({ input: expect.any(String) })
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'I3: a field named %s is named like any other',
  (name) => {
    const fields = fieldsOf(`{"a":{"b":1},"${name}":1}`)
    expect(Object.entries(fields)).toEqual([[name, 'is not a known field']])
  },
)

test('I3: the answer does not grow with the nonsense: ten thousand unknown fields', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `"unknown-${index}":1`)
  const fields = fieldsOf(`{"a":{"b":1},${names.join(',')}}`)
  expect(Object.keys(fields)).toHaveLength(20)
  expect(JSON.stringify(fields).length).toBeLessThan(2_000)
})
