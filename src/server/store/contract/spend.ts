/** Contract suite: what users spent of the model, by day. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import { createSession, note } from './fixtures.ts'

const day = '2026-01-31'
const spend = { userId: 'user', day, tokens: 100, costUsd: 0.25 }

export function spendTests(subject: Subject): void {
  test('S13: what was spent is added up by user and day, and is there after a new start', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await createSession(store, 's2', { userId: 'other' })
    await store.append({ sessionId: 's1', events: [note('a')], spend })
    await store.append({ sessionId: 's1', events: [], spend: { ...spend, tokens: 11 } })
    const another = { userId: 'other', day, tokens: 7, costUsd: 0 }
    await store.append({ sessionId: 's2', events: [note('b')], spend: another })
    const check = async () => {
      const { store } = subject()
      expect(await store.spent({ userId: 'user', day })).toEqual({ tokens: 111, costUsd: 0.5 })
      expect(await store.spent({ userId: 'other', day })).toEqual({ tokens: 7, costUsd: 0 })
      expect(await store.spent({ userId: 'user', day: '2026-01-30' })).toEqual(nothing)
      expect(await store.spent({ userId: 'nobody', day })).toEqual(nothing)
    }
    await check()
    await subject().reopen()
    await check()
  })

  test('S13: it outlives the session, and can be added to without one', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await store.append({ sessionId: 's1', events: [note('a')], spend })
    await store.deleteSession('s1')
    await store.addSpend({ ...spend, tokens: 1 })
    expect(await store.spent({ userId: 'user', day })).toEqual({ tokens: 101, costUsd: 0.5 })
  })

  test('S13: an append that is refused spends nothing', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const once = { userId: 'user', id: 'r', hash: 'h', reply: null }
    await store.append({ sessionId: 's1', events: [note('a')], once, spend })
    const lease = await store.acquireLease({ sessionId: 's1', owner: 'o', ttlMs: 1000 })
    const refused = [
      { sessionId: 's1', events: [note('again')], once, spend },
      { sessionId: 's1', events: [note('late')], ifControlSeq: 0, spend },
      { sessionId: 's1', events: [note('fenced')], fence: (lease?.fence ?? 0) - 1, spend },
      { sessionId: 'none', events: [note('nowhere')], spend },
    ]
    const outcomes = await Promise.all(refused.map((input) => store.append(input)))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'duplicate',
      'changed',
      'fenced',
      'no-session',
    ])
    expect(await store.spent(spend)).toEqual({ tokens: 100, costUsd: 0.25 })
  })

  test('S13: days long past are forgotten, the day before is not', async () => {
    const { store } = subject()
    for (const on of ['2026-01-30', '2026-01-31', '2026-02-01']) {
      await store.addSpend({ ...spend, day: on })
    }
    expect(await store.spent({ userId: 'user', day: '2026-01-30' })).toEqual(nothing)
    for (const on of ['2026-01-31', '2026-02-01']) {
      expect(await store.spent({ userId: 'user', day: on })).toEqual({ tokens: 100, costUsd: 0.25 })
    }
  })
}

const nothing = { tokens: 0, costUsd: 0 }
