/** Rows as an edge: what a disk, another version or another program may have put there. */
import { expect, test } from 'vitest'
import { decodeEvents } from './rows.ts'

const log = { sessionId: 's', epoch: 'e' }
const body = {
  type: 'error',
  code: 'UPSTREAM_TIMEOUT',
  content: 'The model took too long.',
  retryable: true,
  timestamp: '2026-01-01T00:00:00.000Z',
}
const decode = (text: string, answer: string | null = null) =>
  decodeEvents({ seq: 7, answer, body: text }, log)

test('I10: an event is what its schema says, and where it lies is not its own to say', () => {
  const kept = { ...body, id: 'e-7', seq: 7, sessionId: 's' }
  expect(decode(JSON.stringify(body))).toEqual([kept])
  const other = { ...body, id: 'x-1', seq: 1, sessionId: 'other', later: true }
  expect(decode(JSON.stringify(other))).toEqual([kept])
})

test.each<[string, string]>([
  ['no JSON', '{"type":"error","content":"a secret'],
  ['a type that is no name', JSON.stringify({ ...body, type: 'a secret' })],
  ['a missing field', JSON.stringify({ type: 'error', content: 'a secret' })],
  [
    'a null where a number stood',
    JSON.stringify({ ...body, content: 'a secret', retryAfterMs: null }),
  ],
  ['a number without end', JSON.stringify(body).replace('true', '1e400')],
  ['a prototype', `{"__proto__":${JSON.stringify({ ...body, content: 'a secret' })}}`],
  ['a depth of 100,000', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
])('I10: %s is not readable, and the error says where and nothing of what', (_, text) => {
  expect(() => decode(text)).toThrow('event 7 of session s on disk is not readable')
})

test.each(['[]', '["q",1,[[0,"t"]]]', '["q",1e400,[[0,"t","x"]]]', '["q",1,[[-1,"t","x"]]]', '{}'])(
  'I10: %s is no run of deltas',
  (text) => expect(() => decode(text, 'a')).toThrow('is not readable'),
)

test('V1: an event of a kind that only a newer version knows is read as one that changes nothing', () => {
  const later = { ...body, type: 'weather', sky: { clouds: 3 } }
  const { content, timestamp } = body
  const known = { id: 'e-7', seq: 7, sessionId: 's', content, timestamp }
  expect(decode(JSON.stringify(later))).toEqual([{ ...known, type: 'unknown' }])
})
