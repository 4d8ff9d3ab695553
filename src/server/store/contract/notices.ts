/** Contract suite: notices are begun once, and the sessions of a user are gone through without a gap. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import { createSession } from './fixtures.ts'

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`
const notice = { id: 'n', hash: 'h', at: at(5), forgetBefore: at(0) }

export function noticeTests(subject: Subject): void {
  test('S15: a notice is begun once; again it says when it was, with another hash it is a conflict', async () => {
    const { store } = subject()
    const results = await Promise.all([notice, notice, notice].map((it) => store.beginNotice(it)))
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual([
      'begun',
      'repeated',
      'repeated',
    ])
    await subject().reopen()
    const { store: again } = subject()
    const later = { ...notice, at: at(9) }
    expect(await again.beginNotice(later)).toEqual({ outcome: 'repeated', at: at(5) })
    expect(await again.beginNotice({ ...notice, hash: 'x' })).toEqual({ outcome: 'id-conflict' })
  })

  test('S15: an old notice is forgotten as a new one is begun, a younger one is not', async () => {
    const { store } = subject()
    await store.beginNotice({ ...notice, id: 'old', at: at(1) })
    await store.beginNotice({ ...notice, id: 'young', at: at(3) })
    await store.beginNotice({ ...notice, id: 'next', forgetBefore: at(2) })
    const begin = (id: string) => store.beginNotice({ ...notice, id, hash: 'other', at: at(9) })
    expect(await begin('old')).toEqual({ outcome: 'begun', at: at(9) })
    expect(await begin('young')).toEqual({ outcome: 'id-conflict' })
  })

  test('S15: the sessions of a user come by pages in an order that activity does not change', async () => {
    const { store } = subject()
    for (const [id, second] of [
      ['c', 1],
      ['a', 2],
      ['d', 3],
      ['late', 6],
      ['b', 5],
    ] as const) {
      await createSession(store, id, { userId: 'me', createdAt: at(second) })
    }
    await createSession(store, 'aa', { userId: 'other', createdAt: at(1) })
    const page = (after?: string) =>
      store.sessionsOf({ userId: 'me', createdBy: at(5), limit: 2, ...(after && { after }) })
    expect(await page()).toEqual(['a', 'b'])
    await store.append({ sessionId: 'd', events: [], summary: { lastActivity: at(59) } })
    await store.deleteSession('b')
    expect(await page('b')).toEqual(['c', 'd'])
    expect(await page('d')).toEqual([])
    expect(await store.sessionsOf({ userId: 'nobody', createdBy: at(9), limit: 9 })).toEqual([])
  })
}
