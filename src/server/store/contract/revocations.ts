/** Contract suite: whose tokens are void. */
import { expect, test } from 'vitest'
import type { Revocation } from '../../../core/ports/revocations.ts'
import type { Subject } from '../store-contract.ts'

const byUser = (a: Revocation, b: Revocation) => (a.userId < b.userId ? -1 : 1)

export function revocationTests(subject: Subject): void {
  test('S14: a revocation outlives the store, and never goes back', async () => {
    const { store } = subject()
    expect(await store.revocations()).toEqual([])
    expect(await store.revoke({ userId: 'a', untilMs: 20 })).toEqual({ userId: 'a', untilMs: 20 })
    expect(await store.revoke({ userId: 'a', untilMs: 10 })).toEqual({ userId: 'a', untilMs: 20 })
    expect(await store.revoke({ userId: 'b', untilMs: 5 })).toEqual({ userId: 'b', untilMs: 5 })
    expect(await store.revoke({ userId: 'a', untilMs: 30 })).toEqual({ userId: 'a', untilMs: 30 })
    await subject().reopen()
    expect((await subject().store.revocations()).toSorted(byUser)).toEqual([
      { userId: 'a', untilMs: 30 },
      { userId: 'b', untilMs: 5 },
    ])
  })

  test('S14: watchers are told after the commit, until they leave', async () => {
    const { store } = subject()
    const told: Revocation[] = []
    const first = Promise.withResolvers<void>()
    const stop = store.watchRevocations((revocation) => {
      told.push(revocation)
      first.resolve()
    })
    await store.revoke({ userId: 'a', untilMs: 1 })
    await first.promise
    expect(told).toEqual([{ userId: 'a', untilMs: 1 }])
    stop()
    const second = Promise.withResolvers<void>()
    const stopSecond = store.watchRevocations(() => second.resolve())
    await store.revoke({ userId: 'a', untilMs: 2 })
    await second.promise
    stopSecond()
    expect(told).toHaveLength(1)
  })
}
