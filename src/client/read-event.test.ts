/** What comes from the server is parsed: the page and the server may be of different versions. */
import { expect, test } from 'vitest'
import { sessionEvent } from '../core/events.ts'
import { readEvent } from './read-event.ts'

const base = {
  id: 'e-7',
  seq: 7,
  sessionId: 's',
  content: 'Thinking...',
  timestamp: '2026-01-01T00:00:00.000Z',
}
const status = { ...base, type: 'status', state: 'thinking', messageId: 'q' }

test('I6: an event of a known kind passes, whatever else is in it', () => {
  expect(readEvent(status)).toEqual(status)
  expect(readEvent({ ...status, mood: 'good' })).toMatchObject(status)
})

const kinds: Record<string, object> = {
  query: { messageId: 'q', priority: 'high', state: 'queued', replaces: 'p' },
  status: { state: 'idle', messageId: 'q', answerId: 'a', attempt: 1 },
  delta: { messageId: 'a', replyTo: 'q', attempt: 1, offset: 0 },
  response: { messageId: 'a', replyTo: 'q', attempt: 1, model: 'm', finishReason: 'stop' },
  notification: { level: 'info', data: [] },
  error: { code: 'INTERNAL', retryable: true, messageId: 'q', retryAfterMs: 5 },
  command: { name: 'model', args: { model: 'm' } },
  feedback: { messageId: 'a', rating: 'up', comment: 'x' },
  reset: { reason: 'trimmed' },
}

test('I6: every kind of event that the schema has is known here', () => {
  expect(Object.keys(kinds)).toEqual(sessionEvent.options.map((one) => one.shape.type.value))
})

test.each(Object.entries(kinds))(
  'I6: a %s whose fields are of another type is what the schema says it is: not to be read',
  (type, more) => {
    const event = { ...base, type, ...more }
    expect(sessionEvent.safeParse(event).success).toBe(true)
    expect(readEvent(event)).toEqual(event)
    for (const name of Object.keys({ sessionId: '', content: '', ...more })) {
      if (name === 'data' || (type === 'status' && name === 'attempt')) continue
      const wrong = { ...event, [name]: [7] }
      expect(sessionEvent.safeParse(wrong).success, name).toBe(false)
      expect(readEvent(wrong), name).toMatchObject({ type: 'unknown' })
    }
  },
)

test.each([
  ['of a kind that is not known', { ...base, type: 'weather' }],
  ['of a field of another type', { ...status, content: 7 }],
])('I6: an event %s counts as seen, and is not shown', (_, event) => {
  expect(readEvent(event)).toEqual({ type: 'unknown', id: 'e-7', seq: 7 })
})

test.each([
  null,
  'x',
  [],
  {},
  { ...status, id: '' },
  { ...status, seq: -1 },
  { ...status, seq: 1e300 },
  { ...status, id: 'x'.repeat(200) },
])('I6: %j is no event', (data) => expect(readEvent(data)).toBeNull())
