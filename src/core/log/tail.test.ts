/** The tail: what it keeps, and that it says so where it does not go back far enough. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LogEvent, numbered } from '../events.ts'
import type { Store } from '../ports/store.ts'
import { bodyOf, createLog, openTempStore } from '../testing/temp-store.ts'
import { SessionTail, SessionTails } from './tail.ts'

const timestamp = '2026-01-01T00:00:00.000Z'

function event(seq: number, content = 'x'): LogEvent {
  const place = { sessionId: 's', epoch: 'e', seq }
  return numbered({ type: 'notification', level: 'info', content, timestamp }, place)
}

function range(from: number, to: number, content?: string): LogEvent[] {
  return Array.from({ length: to - from + 1 }, (_, n) => event(from + n, content))
}

function idle(seq: number): LogEvent {
  const place = { sessionId: 's', epoch: 'e', seq }
  return numbered({ type: 'status', state: 'idle', content: 'Ready.', timestamp }, place)
}

describe('a tail', () => {
  test('G2: it gives all that is after a cursor, or says that it cannot, whatever came in which order', () => {
    const commit = fc.record({
      size: fc.integer({ min: 1, max: 60 }),
      chars: fc.constantFrom(1, 100, 5000),
      idle: fc.boolean(),
      lost: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
      again: fc.integer({ min: 0, max: 10 }).map((n) => n === 0),
    })
    fc.assert(
      fc.property(
        fc.array(commit),
        fc.nat(50),
        fc.array(fc.nat(2000)),
        (commits, start, cursors) => {
          const tail = new SessionTail()
          tail.knows(start)
          let last = start
          for (const { size, chars, idle: ends, lost, again } of commits) {
            const events = range(last + 1, last + size, 'x'.repeat(chars))
            last += size
            if (ends) events[events.length - 1] = idle(last)
            // A bell that was lost shows with the next: the tail must not take it for contiguous.
            if (lost) continue
            tail.push({ kind: 'appended', events })
            if (again) tail.push({ kind: 'appended', events })
            expect(tail.lastSeq).toBe(last)
            // A reader that has what was there before this commit is always served from here.
            expect(tail.after(last - size)?.map(({ seq }) => seq)).toEqual(
              events.map(({ seq }) => seq),
            )
          }
          for (const cursor of cursors) {
            const given = tail.after(cursor)
            if (given === null) expect(cursor).toBeLessThan(tail.lastSeq)
            else {
              const count = Math.max(0, tail.lastSeq - cursor)
              expect(given.map(({ seq }) => seq)).toEqual(
                Array.from({ length: count }, (_, n) => cursor + 1 + n),
              )
            }
          }
        },
      ),
    )
  })

  test('G10: it keeps a bounded number of events, and next to none when the session is idle', () => {
    const tail = new SessionTail()
    for (let seq = 1; seq <= 5000; seq++) tail.push({ kind: 'appended', events: [event(seq)] })
    expect(kept(tail)).toBeLessThanOrEqual(128)
    for (let seq = 5001; seq <= 5100; seq++) {
      tail.push({ kind: 'appended', events: [event(seq, 'x'.repeat(1000))] })
    }
    expect(kept(tail)).toBeLessThanOrEqual(33)
    tail.push({ kind: 'appended', events: [idle(5101)] })
    expect(kept(tail)).toBeLessThanOrEqual(4)
  })

  test('it does not take for its own what it heard of only', () => {
    const tail = new SessionTail()
    tail.push({ kind: 'appended', events: range(5, 6) })
    expect(tail.after(3)).toBeNull()
    expect(tail.after(4)?.length).toBe(2)
    tail.knows(4)
    expect(tail.lastSeq).toBe(6)
    tail.knows(9)
    expect(tail.after(6)).toBeNull()
    expect(tail.after(9)).toEqual([])
  })

  function kept(tail: SessionTail): number {
    let cursor = tail.lastSeq
    while (tail.after(cursor - 1)) cursor--
    return tail.lastSeq - cursor
  }
})

describe('the tails', () => {
  test('readers of one session share a tail; the last that leaves ends the watch', async () => {
    const temp = await openTempStore()
    let watching: string[] = []
    const store: Store = {
      ...temp.store,
      watch(sessionId, listener) {
        watching = [...watching, sessionId]
        const unwatch = temp.store.watch(sessionId, listener)
        return () => {
          watching = watching.filter((other) => other !== sessionId)
          unwatch()
        }
      },
    }
    await createLog(store, 's')
    const tails = new SessionTails(store)
    const [one, other, third] = [tails.enter('s'), tails.enter('s'), tails.enter('t')]
    expect(one.tail).toBe(other.tail)
    expect(third.tail).not.toBe(one.tail)
    one.leave()
    expect(watching).toEqual(['s', 't'])
    await store.append({ sessionId: 's', events: [bodyOf(event(1))] })
    expect(other.tail.after(0)?.length).toBe(1)
    expect(third.tail.lastSeq).toBe(0)
    other.leave()
    third.leave()
    expect(watching).toEqual([])
    expect(tails.readers).toBe(0)
    const again = tails.enter('s')
    expect(again.tail).not.toBe(one.tail)
    again.leave()
    await temp.close()
  })
})
