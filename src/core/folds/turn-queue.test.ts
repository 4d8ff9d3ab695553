/** The queue of turns: who runs next, who waits where, and what the session's state is by it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomLog } from '../testing/random-log.ts'
import { stateOf } from './summary.ts'
import { TurnQueue } from './turn-queue.ts'

describe('the queue of random logs', () => {
  test('G6: high priority first, as it became so, then in the order of arrival; held ones are passed over', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const queue = new TurnQueue()
        for (const event of log.events) queue.apply(event)
        expect(queue.waiting).toEqual(
          log.order.map(({ regenerate, high, ...turn }) => ({
            ...turn,
            kind: regenerate ? 'regenerate' : 'query',
            priority: high ? 'high' : 'normal',
          })),
        )
        expect(queue.running).toEqual(log.running)
        expect(queue.next()?.queryId).toBe(log.order.find(({ heldAt }) => heldAt === null)?.queryId)
      }),
      { numRuns: 300 },
    )
  })

  test('positions count the turns that end before, the running one included', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const queue = new TurnQueue()
        for (const event of log.events) queue.apply(event)
        const ahead = log.running ? 1 : 0
        for (const [place, { queryId }] of log.order.entries()) {
          expect(queue.position(queryId)).toBe(place + ahead)
        }
        if (log.running) expect(queue.position(log.running.queryId)).toBe(0)
        expect(queue.position('never asked')).toBe(-1)
      }),
    )
  })

  test('the state of the session agrees with the queue at each number', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const queue = new TurnQueue()
        for (const event of log.events) {
          queue.apply(event)
          const some = queue.waiting.length > 0
          expect(stateOf(queue)).toBe(queue.running ? 'running' : some ? 'queued' : 'idle')
          // Where people are told `idle`, nothing runs, nor will before somebody does something.
          if (event.type === 'status' && event.state === 'idle') {
            expect(queue.running ?? queue.next()).toBeNull()
          }
        }
      }),
    )
  })

  test('a clone goes its own way', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(), (log, at) => {
        const cut = at % log.events.length
        const queue = new TurnQueue()
        for (const event of log.events.slice(0, cut)) queue.apply(event)
        const { waiting, running } = structuredClone({ ...queue })
        const clone = queue.clone()
        for (const event of log.events.slice(cut)) clone.apply(event)
        expect({ waiting: queue.waiting, running: queue.running }).toEqual({ waiting, running })
      }),
    )
  })
})
