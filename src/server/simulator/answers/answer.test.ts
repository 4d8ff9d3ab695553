import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText } from '../tokens.ts'
import { composeAnswer } from './answer.ts'
import { composeReasoning } from './reasoning.ts'
import { topicOf } from './topic.ts'

const says = (content: string) => ({ role: 'user', content })
const answer = (...said: string[]) => composeAnswer(said.map(says))

test('a greeting says that it is a simulator, and how to get a real model', () => {
  expect(answer('Hello!')).toMatch(/simulator[\s\S]*OPENROUTER_API_KEY/)
  expect(answer('who are you?')).toMatch(/not a language model[\s\S]*OPENROUTER_API_KEY/)
})

test.each([
  ['Write a Python function that counts words', /```python\n/],
  ['show me some SQL and some bash', /```sql\n[\s\S]*```bash\n/],
  ['Some code, please', /```ts\n[\s\S]*```python\n/],
  ['Compare Redis and SQLite in a table', /\| Redis \| SQLite \|\n\| --- \|/],
  ['How do I learn to sail?', /^1\. /m],
  ['Tell me about tides', /^## Tides$/m],
  ['What is 12 * 7?', /\*\*84\*\*/],
  ['3/0', /divided by zero/],
  ['Show me markdown', /^> /m],
  ['thanks!', /^You are welcome/],
])('%j is answered in kind', (question, expected) => {
  expect(answer(question)).toMatch(expected)
})

test('a long essay is long, and a short answer is short', () => {
  expect(answer('Write a long essay about lighthouses').length).toBeGreaterThan(3_500)
  expect(answer('Write a long essay about lighthouses')).toMatch(/^# On lighthouses$/m)
  expect(answer('In one sentence: tides').length).toBeLessThan(120)
})

test('it knows the conversation that it was sent, and no other', () => {
  expect(answer('My cat is called Ada', 'hm', 'What did I say first?')).toContain(
    '> My cat is called Ada',
  )
  expect(answer('one', 'two', 'what was my last message?')).toContain('> two')
  expect(answer('one', 'two', 'What did I ask?')).toMatch(/2 messages[\s\S]*1\. one\n1\. two/)
  expect(answer('What did I say first?')).toContain('This is the first thing')
})

test('a cut answer is gone on with from where it stands', () => {
  const whole = answer('Tell me about tides')
  const prefix = whole.slice(0, 100)
  const rest = composeAnswer([says('Tell me about tides'), { role: 'assistant', content: prefix }])
  expect(prefix + rest).toBe(whole)
})

test('any messages get an answer, the same one every time', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (said) => {
      const one = answer(...said)
      expect(one).not.toBe('')
      expect(answer(...said)).toBe(one)
    }),
  )
})

test('it thinks aloud where it is asked to, and nowhere else', () => {
  const thinks = (...said: string[]) => composeReasoning(said.map(says))
  expect(thinks('Think step by step: how do tides work?')).toMatch(/tides[\s\S]*simulator/)
  expect(thinks('How do tides work?')).toBe('')
  expect(thinks('Think step by step: tides', 'And lighthouses?')).toBe('')
  expect(
    composeReasoning([says('Think step by step'), { role: 'assistant', content: 'It ' }]),
  ).toBe('')
})

test('a topic is short, on one line, and has no markup', () => {
  expect(topicOf('Please explain how tides work.')).toBe('how tides work')
  expect(topicOf('write me a long essay about the history of tea')).toBe('history of tea')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (question) => {
      const topic = topicOf(question)
      expect([...topic].length).toBeLessThanOrEqual(60)
      expect(topic).not.toMatch(/[|`*<>\n]/)
    }),
  )
})

test('tokens, joined, are the text, and none is half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const tokens = cutText(text)
      expect(tokens.join('')).toBe(text)
      if (text.isWellFormed()) expect(tokens.every((token) => token.isWellFormed())).toBe(true)
    }),
  )
})
