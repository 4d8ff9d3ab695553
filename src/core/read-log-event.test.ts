/** What a newer version may have written, as this one reads it. */
import { expect, test } from 'vitest'
import { logEvent } from './events.ts'
import { readLogEvent } from './read-log-event.ts'

const base = {
  id: 'e-7',
  seq: 7,
  sessionId: 's',
  content: 'Text',
  timestamp: '2026-01-01T00:00:00Z',
}
const unknown = { ...base, type: 'unknown' }
const answer = { messageId: 'a', replyTo: 'q', attempt: 1 }
const response = { ...base, type: 'response', ...answer, model: 'm', finishReason: 'stop' }
const error = { ...base, type: 'error', code: 'INTERNAL', retryable: true, messageId: 'q' }
const notification = { ...base, type: 'notification', level: 'info' }

test.each(['weather', 'tool_call', 'x'])('V1: a kind %s of the future changes nothing', (type) => {
  expect(readLogEvent({ ...base, type, sky: { clouds: 3 } })).toEqual(unknown)
})

test('V1: fields of the future in a known event are left out', () => {
  expect(readLogEvent({ ...response, mood: 'good' })).toEqual(response)
})

test.each([
  [{ type: 'status', state: 'dreaming', messageId: 'q', answerId: 'a' }],
  [{ type: 'query', state: 'delegated', messageId: 'q', priority: 'normal' }],
  [{ type: 'command', name: 'pin', args: { messageId: 'q' } }],
  [{ type: 'feedback', rating: 'sideways', messageId: 'a' }],
])('V1: a state of the future changes nothing: %j', (more) => {
  expect(readLogEvent({ ...base, ...more })).toEqual(unknown)
})

test('V2: an end of a turn stays one, whatever its reason is called', () => {
  expect(readLogEvent({ ...response, finishReason: 'tool_calls' })).toEqual(response)
  expect(readLogEvent({ ...error, code: 'MODEL_ASLEEP' })).toEqual(error)
  expect(readLogEvent({ ...notification, level: 'urgent' })).toEqual(notification)
})

const damaged: [string, unknown][] = [
  ['no type', base],
  ['a type that is no name', { ...base, type: 'a b' }],
  ['no text', { ...base, content: 7, type: 'weather' }],
  ['a number that is none', { ...base, seq: -1, type: 'weather' }],
  ['an answer that names no query', { ...response, replyTo: undefined }],
  ['a reason that is no name', { ...response, finishReason: 7 }],
  ['a reason of the future and no model', { ...response, finishReason: 'later', model: 7 }],
  ['a status that is of nothing', { ...base, type: 'status', state: 'idle', attempt: 'x' }],
  [
    'a status of the future with an attempt that is none',
    { ...base, type: 'status', state: 'x', attempt: 0 },
  ],
  ['a delta without a place', { ...base, type: 'delta', ...answer }],
  ['an error without its answer', { ...error, retryable: 'no' }],
]
test.each(damaged)('I10: %s is damage', (_, value) => expect(() => readLogEvent(value)).toThrow())

test('every kind of event that there is is read as itself', () => {
  const kinds = logEvent.options.map(({ shape }) => shape.type.value)
  expect(kinds).not.toContain('unknown')
  expect(readLogEvent(notification)).toEqual(notification)
})
