/** Compact replay: as few events as say the same. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DeltaEvent, LogEvent } from '../events.ts'
import { Transcript } from '../folds/transcript.ts'
import { randomLog } from '../testing/random-log.ts'
import { compact } from './compact.ts'

function fold(batches: readonly (readonly LogEvent[])[]): Transcript {
  const transcript = new Transcript()
  for (const batch of batches) for (const event of compact(batch)) transcript.apply(event)
  return transcript
}

/** Cuts the log at these places. */
function chunked(events: readonly LogEvent[], sizes: readonly number[]): LogEvent[][] {
  const chunks: LogEvent[][] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(events.slice(at, at + size))
    at += size
  }
  return [...chunks, events.slice(at)]
}

describe('compact', () => {
  test('G9: in whatever chunks a log comes, it folds to the same', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(randomLog, sizes, (log, cuts) => {
        const plain = new Transcript()
        for (const event of log.events) plain.apply(event)
        const merged = fold(chunked(log.events, cuts))
        expect(merged.items).toEqual(plain.items)
        expect(merged.lastEventId).toBe(plain.lastEventId)
      }),
      { numRuns: 300 },
    )
  })

  test('G1: what remains is in the order of the log, and only deltas are left out or merged', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const given = compact(log.events)
        const numbers = given.map(({ seq }) => seq)
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
        expect(given.filter(({ type }) => type !== 'delta')).toEqual(
          log.events.filter(({ type }) => type !== 'delta'),
        )
        // The reader's cursor comes to the end: nothing is asked for twice.
        expect(given.at(-1)?.id).toBe(log.events.at(-1)?.id)
      }),
      { numRuns: 300 },
    )
  })

  test('G9: catching up costs text, not tokens', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const given = compact(log.events)
        for (const [index, event] of given.entries()) {
          const before = given[index - 1]
          if (event.type === 'response') {
            const { messageId } = event
            expect(given.some((e) => e.type === 'delta' && e.messageId === messageId)).toBe(false)
          }
          if (event.type === 'delta' && before?.type === 'delta') {
            expect(event.offset).not.toBe(before.offset + before.content.length)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('adjacent deltas of one attempt become one, with the number of the last', () => {
    const delta = (seq: number, offset: number, content: string, attempt = 1): DeltaEvent => ({
      ...{ id: `e-${seq}`, seq, sessionId: 's', type: 'delta', messageId: 'a', replyTo: 'q' },
      ...{ attempt, offset, content, timestamp: `t${seq}` },
    })
    expect(compact([delta(1, 0, 'ab'), delta(2, 2, 'c'), delta(3, 3, 'd')])).toEqual([
      { ...delta(3, 0, 'abcd') },
    ])
    const attempts = [delta(1, 0, 'ab'), delta(2, 2, 'c', 2)]
    expect(compact(attempts)).toEqual(attempts)
    const gap = [delta(1, 0, 'ab'), delta(2, 5, 'c')]
    expect(compact(gap)).toEqual(gap)
  })
})
