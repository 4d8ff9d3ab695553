/** Q7: every order can be had by priorities. */
import { expect, test } from 'vitest'
import type { Priority } from '../core/events.ts'
import { numbered } from '../core/events.ts'
import { TurnQueue } from '../core/folds/turn-queue.ts'
import { type Move, movesAhead, movesTo } from './queue-moves.ts'

/** A queue that the log's own fold keeps. */
function queueOf(ids: string) {
  const queue = new TurnQueue()
  let seq = 0
  const apply = (messageId: string, state: 'queued' | 'edited', priority: Priority) => {
    seq++
    const timestamp = '2030-01-01T00:00:00.000Z'
    const body = {
      type: 'query',
      messageId,
      content: messageId,
      priority,
      state,
      timestamp,
    } as const
    queue.apply(numbered(body, { sessionId: 's', epoch: 'e', seq }))
  }
  for (const id of ids) apply(id, 'queued', 'normal')
  const waiting = () =>
    queue.waiting.map(({ queryId: messageId, priority, seq: arrived }) => {
      return { messageId, priority, seq: arrived }
    })
  return {
    waiting,
    order: () =>
      waiting()
        .map(({ messageId }) => messageId)
        .join(''),
    make(moves: readonly Move[]) {
      for (const { messageId, priority } of moves) apply(messageId, 'edited', priority)
      return moves.length
    },
  }
}

test('Q7: one that goes ahead of all is one edit', () => {
  const queue = queueOf('abc')
  expect(queue.make(movesTo(queue.waiting(), ['c']))).toBe(1)
  expect(queue.order()).toBe('cab')
  // And back: it stands where it arrived.
  expect(queue.make(movesTo(queue.waiting(), ['a', 'b', 'c']))).toBe(1)
  expect(queue.order()).toBe('abc')
})

test('Q7: one that goes between two takes the ones before it along', () => {
  const queue = queueOf('abcd')
  expect(movesTo(queue.waiting(), ['a', 'd', 'b', 'c'])).toEqual([
    { messageId: 'a', priority: 'high' },
    { messageId: 'd', priority: 'high' },
  ])
})

test('Q7: what is wanted already needs nothing, and what is gone is left out', () => {
  const queue = queueOf('abc')
  expect(movesTo(queue.waiting(), ['a', 'gone', 'b'])).toEqual([])
  expect(queue.make(movesTo(queue.waiting(), ['gone', 'b']))).toBe(1)
  expect(queue.order()).toBe('bac')
})

test('Q8: Send next goes behind what was sent ahead before; once more, to the front', () => {
  const queue = queueOf('abcd')
  queue.make(movesAhead(queue.waiting(), 'c'))
  queue.make(movesAhead(queue.waiting(), 'd'))
  expect(queue.order()).toBe('cdab')
  expect(queue.make(movesAhead(queue.waiting(), 'd'))).toBeGreaterThan(0)
  expect(queue.order()).toBe('dcab')
  expect(movesAhead(queue.waiting(), 'd')).toEqual([])
  // All before it are high: one more edit of its own would change nothing.
  queue.make(movesTo(queue.waiting(), ['d', 'c', 'b', 'a']))
  queue.make(movesAhead(queue.waiting(), 'a'))
  expect(queue.order()).toBe('adcb')
})

test('Q7: any order is reached from any other', () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  let state = seed
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
  const queue = queueOf('abcdefg')
  for (let round = 0; round < 400; round++) {
    const wanted = [...'abcdefg']
    for (let place = wanted.length - 1; place > 0; place--) {
      const other = random(place + 1)
      const [one = '', two = ''] = [wanted[place], wanted[other]]
      wanted[place] = two
      wanted[other] = one
    }
    const moves = movesTo(queue.waiting(), wanted)
    expect(moves.length).toBeLessThanOrEqual(14)
    queue.make(moves)
    expect(queue.order(), `seed ${seed}, round ${round}`).toBe(wanted.join(''))
  }
})
