/** Contract suite: random interleavings against a model of a log that is an array. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventBody, LogEvent } from '../../../core/events.ts'
import type { Store } from '../../../core/ports/store.ts'
import type { Subject } from '../store-contract.ts'
import { collect, createSession, delta, note, readAll, response } from './fixtures.ts'

const session = fc.integer({ min: 0, max: 3 })
const answer = fc.constantFrom('a', 'b')

const body: fc.Arbitrary<EventBody> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(answer, fc.string()).map(([id, text]) => delta(id, 0, text)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map(note) },
)

type Step =
  | { kind: 'append'; session: number; bodies: EventBody[] }
  | { kind: 'finish'; session: number; answer: string }
  | { kind: 'once'; session: number; id: string; times: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      session,
      bodies: fc.array(body, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('finish' as const), session, answer }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('once' as const),
      session,
      id: fc.constantFrom('x', 'y', 'z'),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
)

/** Steps of one batch are called at once; after a batch the store may be closed and opened again. */
const batches = fc.array(
  fc.record({ steps: fc.array(step, { maxLength: 8 }), reopen: fc.boolean() }),
  {
    maxLength: 8,
  },
)

export function randomTests(subject: Subject): void {
  test('G1, G2, G5: numbers are dense, watchers see what is read, once is once', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        run += 1
        const ids = [0, 1, 2, 3].map((index) => `run${run}-${index}`)
        const idOf = (index: number) => ids[index] ?? 'none'
        for (const id of ids) await createSession(subject().store, id)
        const told = new Map<string, LogEvent[]>(ids.map((id) => [id, []]))
        const compacted = new Set<number>()
        const once = new Map<string, number>()

        for (const { steps, reopen } of all) {
          const { store } = subject()
          const watchers = ids.map((id) => collect(store, id))
          await Promise.all(steps.map((one) => perform(store, one, idOf, `run${run}`, once)))
          for (const [index, watcher] of watchers.entries()) {
            const id = idOf(index)
            const lastSeq = (await store.getSession(id))?.lastSeq ?? 0
            const before = told.get(id) ?? []
            await watcher.until((its) => before.length + its.events.length >= lastSeq)
            watcher.stop()
            before.push(...watcher.events)
          }
          if (reopen) await subject().reopen()
        }

        for (const id of ids) {
          const events = told.get(id) ?? []
          expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
          compacted.clear()
          for (const event of events) {
            if (event.type !== 'response') continue
            for (const earlier of events.slice(0, event.seq)) {
              const its = earlier.type === 'delta' && earlier.messageId === event.messageId
              if (its) compacted.add(earlier.seq)
            }
          }
          const left = events.filter((event) => !compacted.has(event.seq))
          expect(await readAll(subject().store, id)).toEqual(left)
          expect(await readAll(subject().store, id, { limit: 2, maxChars: 9 })).toEqual(left)
        }
        for (const [key, times] of once) expect([key, times]).toEqual([key, 1])
      }),
      { numRuns: 40 },
    )
  })
}

async function perform(
  store: Store,
  one: Step,
  idOf: (index: number) => string,
  userId: string,
  once: Map<string, number>,
): Promise<void> {
  const sessionId = idOf(one.session)
  if (one.kind === 'append') {
    expect((await store.append({ sessionId, events: one.bodies })).outcome).toBe('appended')
  } else if (one.kind === 'finish') {
    const events = [delta(one.answer, 0, 'last'), response(one.answer, 'whole')]
    await store.append({ sessionId, events, compact: { messageId: one.answer } })
  } else {
    const key = { userId, id: one.id, hash: sessionId, reply: null }
    const calls = Array.from({ length: one.times }, () =>
      store.append({ sessionId, events: [note('once')], once: key }),
    )
    for (const { outcome } of await Promise.all(calls)) {
      if (outcome === 'appended') once.set(one.id, (once.get(one.id) ?? 0) + 1)
      else expect(['duplicate', 'id-conflict']).toContain(outcome)
    }
  }
}
