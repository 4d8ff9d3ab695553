/** What comes from the server is parsed: the page and the server may be of different versions. */
import { expect, test } from 'vitest'
import { readEvent } from './read-event.ts'

const base = {
  id: 'e-7',
  seq: 7,
  sessionId: 's',
  content: 'Thinking...',
  timestamp: '2026-01-01T00:00:00.000Z',
}
const status = { ...base, type: 'status', state: 'thinking', messageId: 'q' }

test('I6: an event of a known kind passes, without the fields that are not known', () => {
  expect(readEvent(status)).toEqual(status)
  expect(readEvent({ ...status, mood: 'good' })).toEqual(status)
})

test.each([
  ['of a kind that is not known', { ...base, type: 'weather' }],
  ['of a state that is not known', { ...status, state: 'dreaming' }],
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
