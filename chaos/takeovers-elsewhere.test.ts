/** How long an answer stood still until another server took it over, by readers whose times are made up. */
import { expect, test } from 'vitest'
import { type EventBody, numbered } from '../src/core/events.ts'
import { takeoversElsewhere } from './takeovers-elsewhere.ts'

const reader = (given: readonly [atMs: number, seq: number, body: object][]) => ({
  atMs: given.map(([atMs]) => atMs),
  events: given.map(([, seq, body]) =>
    numbered({ content: '', timestamp: '', ...body } as EventBody, {
      sessionId: 's',
      epoch: 'e',
      seq,
    }),
  ),
})
const status = (state: string) => ({ type: 'status', state, messageId: 'q', answerId: 'a' })
const kill = (cutAtMs: number) => ({ how: 'kill', cutAtMs }) as const

test('chaos: a takeover is seen by the first of all readers, and counts from the first kill since the attempt', () => {
  const here = reader([
    [10, 1, status('thinking')],
    [900, 3, status('restarting')],
  ])
  const there = reader([
    [12, 1, status('thinking')],
    [20, 2, status('streaming')],
    [600, 3, status('restarting')],
    [700, 4, { type: 'response', messageId: 'a', replyTo: 'q', finishReason: 'stop' }],
  ])
  expect(takeoversElsewhere([kill(5), kill(100), kill(300)], [here, there])).toEqual([500])
})

test('chaos: an answer that goes on where it began was not taken over', () => {
  const events = reader([
    [10, 1, status('thinking')],
    [400, 2, { type: 'response', messageId: 'a', replyTo: 'q', finishReason: 'stop' }],
  ])
  expect(takeoversElsewhere([kill(100)], [events])).toEqual([])
})

test('chaos: an answer that is left as it is was taken over too, and a stop is no kill', () => {
  const events = reader([
    [10, 1, status('thinking')],
    [400, 2, { type: 'response', messageId: 'a', replyTo: 'q', finishReason: 'interrupted' }],
  ])
  expect(takeoversElsewhere([kill(100)], [events])).toEqual([300])
  expect(takeoversElsewhere([{ how: 'stop', cutAtMs: 100 }], [events])).toEqual([])
})
