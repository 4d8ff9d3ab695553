/** The transcript: whoever resumes, wherever the log is cut, sees the same conversation. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCursor } from '../cursor.ts'
import type { LogEvent, SessionEvent } from '../events.ts'
import { compact } from '../log/compact.ts'
import { type RandomLog, randomLog } from '../testing/random-log.ts'
import { Transcript } from './transcript.ts'

function folded(events: readonly SessionEvent[]): Transcript {
  const transcript = new Transcript()
  for (const event of events) transcript.apply(event)
  return transcript
}

/** Everything that a reader can see. */
function seen(transcript: Transcript) {
  const { items, waiting, lastSeq, lastEventId, clearedSeq, queue } = transcript
  return { items, waiting, lastSeq, lastEventId, clearedSeq, queue }
}

/** A reader's way through a log: how far the log had grown, how much it reads, where it is cut off. */
const steps = fc.array(
  fc.record({
    grown: fc.nat({ max: 30 }),
    limit: fc.integer({ min: 1, max: 20 }),
    cut: fc.nat(40),
  }),
  { maxLength: 40 },
)
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never

/** Reads as a follower does: from its last id, what the store has by then, compact; cut off at random. */
function readInSteps(log: RandomLog, transcript: Transcript, way: readonly Step[]): void {
  const last = { grown: log.events.length, limit: Number.MAX_SAFE_INTEGER, cut: -1 }
  let grown = transcript.lastSeq
  for (const step of [...way, last]) {
    grown = Math.min(log.events.length, grown + step.grown)
    const cursor = transcript.lastEventId ? parseCursor(transcript.lastEventId)?.seq : 0
    const given = compact(log.stored(cursor ?? 0, grown).slice(0, step.limit))
    for (const event of step.cut < 0 ? given : given.slice(0, step.cut)) transcript.apply(event)
  }
}

describe('readers of random logs', () => {
  test('G2, G9: a reader that resumes at random places folds to what one folds that never left', () => {
    fc.assert(
      fc.property(randomLog, steps, (log, way) => {
        const reader = new Transcript()
        readInSteps(log, reader, way)
        expect(seen(reader)).toEqual(seen(folded(log.events)))
      }),
      { numRuns: 500 },
    )
  })

  test('G8: a reset forgets everything, and the replay that follows is the whole', () => {
    fc.assert(
      fc.property(randomLog, randomLog, steps, (before, log, way) => {
        const reader = folded(before.events)
        const reset = { type: 'reset', id: 'e1-0', seq: 0, sessionId: 's1', content: '' } as const
        reader.apply({ ...reset, reason: 'new-epoch', timestamp: '' })
        readInSteps(log, reader, way)
        expect(seen(reader)).toEqual(seen(folded(log.events)))
      }),
    )
  })

  test('G9: each answer has the text that was said, merged or not', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const plain = folded(log.events)
        const merged = folded(compact(log.events))
        for (const [answerId, text] of log.texts) {
          const [one, other] = [plain.find(answerId), merged.find(answerId)]
          expect(one).toEqual(other)
          // A further attempt shows the earlier text until it has some of its own.
          if (one?.state !== 'restarting' && !emptyRestart(log.events, answerId)) {
            expect(one?.content).toBe(text)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('G2: what was applied already changes nothing, also within a merged delta', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(), fc.nat(), (log, a, b) => {
        const reader = folded(log.events)
        const before = seen(folded(log.events))
        const from = a % log.events.length
        for (const event of log.events.slice(from)) reader.apply(event)
        for (const event of compact(log.events.slice(from))) reader.apply(event)
        expect(seen(reader)).toEqual(before)

        // Part of it one by one, then all of it merged from an earlier number on.
        const half = folded(log.events.slice(0, from))
        const earlier = b % (from + 1)
        for (const event of compact(log.events.slice(earlier))) half.apply(event)
        expect(half.items).toEqual(before.items)
      }),
      { numRuns: 300 },
    )
  })

  test('items are immutable: an event replaces what it changes and leaves the rest', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const transcript = new Transcript()
        for (const event of log.events) {
          const before = [...transcript.items]
          const copy = structuredClone(before)
          transcript.apply(event)
          expect(before).toEqual(copy)
          if (event.type === 'delta') {
            const changed = before.filter((item, place) => transcript.items[place] !== item)
            expect(changed.length).toBe(1)
          }
        }
      }),
    )
  })
})

/** Whether the last attempt of an answer that ended in an error said nothing. */
function emptyRestart(events: readonly LogEvent[], answerId: string): boolean {
  const last = events.findLast(
    (event) =>
      (event.type === 'delta' && event.messageId === answerId) ||
      (event.type === 'status' && event.state === 'restarting' && event.answerId === answerId),
  )
  return last?.type === 'status'
}

describe('pages of random logs', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 })

  test('pages put together are the whole, without a doubled message or notice', () => {
    fc.assert(
      fc.property(randomLog, sizes, (log, limits) => {
        const whole = folded(log.events)
        const reader = new PagingReader(whole, limits)
        expect(reader.transcript.queue).toEqual(whole.queue)
        reader.loadAll()
        expect(reader.transcript.items).toEqual(whole.items)
        expect(reader.transcript.waiting).toEqual(whole.waiting)
      }),
      { numRuns: 500 },
    )
  })

  test('G2: a reader that begins with a page, follows, and loads older pages meanwhile has the whole', () => {
    fc.assert(
      fc.property(randomLog, fc.nat(), sizes, fc.array(fc.boolean()), (log, at, limits, loads) => {
        const server = folded(log.events.slice(0, 1 + (at % log.events.length)))
        const reader = new PagingReader(server, limits)
        for (const [index, event] of log.events.slice(server.lastSeq).entries()) {
          server.apply(event)
          reader.transcript.apply(event)
          if (loads[index]) reader.load()
        }
        reader.loadAll()
        expect(reader.transcript.items).toEqual(server.items)
        expect(reader.transcript.waiting).toEqual(server.waiting)
        expect(reader.transcript.queue).toEqual(server.queue)
      }),
      { numRuns: 500 },
    )
  })

  test('a page has at most `limit` messages beside the queries that wait, and says if there are more', () => {
    fc.assert(
      fc.property(randomLog, fc.integer({ min: 1, max: 6 }), (log, limit) => {
        const whole = folded(log.events)
        const page = whole.page({ limit })
        const placed = page.messages.length - whole.waiting.length
        const all = whole.items.filter((item) => item.kind === 'message').length
        expect(placed).toBeLessThanOrEqual(limit)
        expect(page.hasMore).toBe(placed < all)
        // A running answer is always in it: its deltas must find it.
        const { running } = whole.queue
        if (running) expect(page.messages.map((m) => m.messageId)).toContain(running.answerId)
      }),
    )
  })
})

/** A reader that begins with the newest page, and loads the ones before it as long as there are more. */
class PagingReader {
  readonly transcript = new Transcript()
  readonly #server: Transcript
  readonly #limits: readonly number[]
  #pages = 0
  #hasMore: boolean

  constructor(server: Transcript, limits: readonly number[]) {
    this.#server = server
    this.#limits = limits
    const page = server.page({ limit: this.#limit() })
    this.#hasMore = page.hasMore
    this.transcript.seed(page, server.lastEventId ?? '')
  }

  load(): void {
    if (!this.#hasMore) return
    const first = this.transcript.items.find((item) => item.kind === 'message')
    if (first?.kind !== 'message') throw new Error('a page without a message has no more before it')
    const page = this.#server.page({ before: first.message.seq, limit: this.#limit() })
    this.#hasMore = page.hasMore
    this.transcript.prepend(page)
  }

  loadAll(): void {
    while (this.#hasMore) {
      if (this.#pages > 1000) throw new Error('paging does not come to an end')
      this.load()
    }
  }

  #limit(): number {
    return this.#limits[this.#pages++ % this.#limits.length] ?? 1
  }
}

test('a late delta of an attempt that was given up changes nothing', () => {
  const base = { sessionId: 's', timestamp: '', content: '' }
  const of = { messageId: 'q', answerId: 'a' }
  const transcript = folded([
    { ...base, id: 'e-1', seq: 1, type: 'status', state: 'thinking', ...of, attempt: 1 },
    { ...base, id: 'e-2', seq: 2, type: 'status', state: 'restarting', ...of, attempt: 2 },
  ])
  const delta = { type: 'delta', messageId: 'a', replyTo: 'q', offset: 0 } as const
  transcript.apply({ ...base, ...delta, id: 'e-3', seq: 3, attempt: 1, content: 'old' })
  expect(transcript.find('a')).toMatchObject({ content: '', state: 'restarting' })
  transcript.apply({ ...base, ...delta, id: 'e-4', seq: 4, attempt: 2, content: 'new' })
  expect(transcript.find('a')).toMatchObject({ content: 'new', state: 'streaming' })
})

describe('what waits in the transcript', () => {
  test('G6: what waits, in the order in which it will run', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const { waiting } = folded(log.events)
        const queries = log.order.filter(({ regenerate }) => !regenerate)
        expect(waiting.map(({ messageId }) => messageId)).toEqual(
          queries.map(({ queryId }) => queryId),
        )
        expect(waiting.map(({ state }) => state)).toEqual(
          queries.map(({ heldAt }) => (heldAt ? 'held' : 'queued')),
        )
      }),
    )
  })
})

describe('what counts in random logs', () => {
  test('of several answers to a query one counts: the one chosen, else the newest with text', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const transcript = folded(log.events)
        const marked = transcript.items.flatMap((item) =>
          item.kind === 'message' && item.message.chosen ? [item.message] : [],
        )
        const byQuery = marked.map(({ replyTo, messageId }) => [replyTo, messageId] as const)
        expect(new Map(byQuery)).toEqual(log.chosen)
        expect(byQuery.length).toBe(log.chosen.size)
        for (const [queryId, answerId] of log.chosen) {
          expect(transcript.chosenAnswer(queryId)?.messageId).toBe(answerId)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a query that stands for another one replaces it and all that was asked after it', () => {
    fc.assert(
      fc.property(randomLog, (log) => {
        const replaced = folded(log.events).items.flatMap((item) => {
          const message = item.kind === 'message' ? item.message : null
          return message?.replacedBy ? [[message.messageId, message.replacedBy] as const] : []
        })
        expect(new Map(replaced)).toEqual(log.replacedBy)
      }),
      { numRuns: 300 },
    )
  })
})
