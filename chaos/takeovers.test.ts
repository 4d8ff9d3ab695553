/** How long an answer stood still, by a reader whose times are made up. */
import { expect, test } from 'vitest'
import { type EventBody, numbered } from '../src/core/events.ts'
import { takeoversOf } from './takeovers.ts'

const reader = (given: readonly [atMs: number, body: object][]) => ({
  atMs: given.map(([atMs]) => atMs),
  events: given.map(([, body], index) =>
    numbered({ content: '', timestamp: '', ...body } as EventBody, {
      sessionId: 's',
      epoch: 'e',
      seq: index + 1,
    }),
  ),
})
const status = (state: string) => ({ type: 'status', state, messageId: 'q', answerId: 'a' })
const end = { type: 'response', messageId: 'a', replyTo: 'q' }
const outage = { cutAtMs: 100, spawnedAtMs: 150, backAtMs: 300 }

test('chaos: a takeover lasts from the cut to the first event that goes on with the answer', () => {
  const events = reader([
    [10, status('thinking')],
    [20, status('streaming')],
    // From before the cut, and on its way.
    [120, status('streaming')],
    [350, status('restarting')],
    [400, end],
  ])
  expect(takeoversOf([outage], [events])).toEqual([250])
})

test('chaos: where nothing ran, or another cut came first, nothing was taken over', () => {
  const idle = reader([
    [10, status('thinking')],
    [20, end],
    [350, status('thinking')],
  ])
  const late = reader([
    [10, status('thinking')],
    [700, status('continuing')],
  ])
  const again = { cutAtMs: 500, spawnedAtMs: 550, backAtMs: 650 }
  expect(takeoversOf([outage], [idle])).toEqual([])
  expect(takeoversOf([outage, again], [late])).toEqual([200])
})
