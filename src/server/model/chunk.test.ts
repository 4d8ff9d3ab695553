/** Chunks of the model's stream: what servers send beside what we read, and what nobody should. */
import { expect, test } from 'vitest'
import { plainText, readChunk, readErrorBody } from './chunk.ts'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const read = (json: string) => readChunk(JSON.parse(json))

test('I9: fields that are not known go no further', () => {
  const chunk = read('{"model":"m","choices":[{"delta":{"content":"x","tool":{}},"x":1}],"x":{}}')
  expect(chunk).toEqual({ text: 'x', model: 'm' })
})

test.each([
  ['a name of 201 characters', JSON.stringify('x'.repeat(201))],
  ['a name with a line break', '"a\\r\\nb"'],
  ['a name with a NUL', '"a\\u0000"'],
  ['a list', '["m"]'],
])('I9: %s is no model that is kept with an answer', (_, model) => {
  expect(read(`{"model":${model},"choices":[{"delta":{"content":"x"}}]}`)).toEqual({ text: 'x' })
})

test.each(['1e400', '-1', '1.5', '9007199254740993', '"7"', 'null', '{}'])(
  'I9: %s is no count of tokens, and no other',
  (count) => {
    const usage = `{"prompt_tokens":${count},"completion_tokens":2,"cost":${count === '1.5' ? -1 : count}}`
    expect(read(`{"usage":${usage}}`)?.usage).toEqual({ promptTokens: 0, completionTokens: 2 })
  },
)

test.each([
  '{"__proto__":{"choices":[{"delta":{"content":"x"}}]}}',
  '{"choices":{"__proto__":[{"delta":{"content":"x"}}]}}',
  '{"choices":[{"__proto__":{"delta":{"content":"x"}}}]}',
])('I9: %s says nothing', (json) => {
  expect(plainText(JSON.parse(json))).toBeNull()
  expect(read(json)?.text).toBeUndefined()
})

test('I9: no depth of a chunk does harm', () => {
  const deep = nested(100_000)
  for (const json of [deep, `{"choices":${deep}}`, `{"error":${deep}}`, `{"usage":${deep}}`]) {
    expect(plainText(JSON.parse(json))).toBeNull()
    expect(() => read(json)).not.toThrow()
    expect(() => readErrorBody(json)).not.toThrow()
  }
})

test.each([
  ['text', '[{"type":"reasoning.text","text":"Hm"},{"type":"reasoning.text","text":"m."}]', 'Hmm.'],
  ['a summary', '[{"type":"reasoning.summary","summary":"It thought."}]', 'It thought.'],
  ['what can be read', '[{"type":"reasoning.encrypted","data":"x"},{"text":"Hm"},7]', 'Hm'],
  ['nothing of encrypted ones', '[{"type":"reasoning.encrypted","data":"x"}]', undefined],
  ['nothing of what is no list', '{"text":"Hm"}', undefined],
])('H8: of reasoning_details %s is read', (_, details, reasoning) => {
  const chunk = read(`{"choices":[{"delta":{"content":"","reasoning_details":${details}}}]}`)
  expect(chunk?.reasoning).toBe(reasoning)
})

test('H8: reasoning that comes in two fields is read once', () => {
  const delta = '{"content":"","reasoning":"Hm","reasoning_details":[{"text":"Hm"}]}'
  expect(read(`{"choices":[{"delta":${delta}}]}`)?.reasoning).toBe('Hm')
})
