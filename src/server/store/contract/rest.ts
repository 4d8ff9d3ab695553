/** Contract suite: sessions at rest, by age: what is idle since, and what is deleted as untouched. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import { append, collect, createSession, delta, note, readAll } from './fixtures.ts'

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`

export function restTests(subject: Subject): void {
  test('S11: idle since a time are the sessions that are idle, the oldest first, as many as are asked for', async () => {
    const { store } = subject()
    for (const [id, second] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
      ['d', 4],
    ] as const) {
      await createSession(store, id, { lastActivity: at(second) })
    }
    for (const state of ['queued', 'running', 'closed'] as const) {
      await createSession(store, state, { state, lastActivity: at(0) })
    }
    const idle = (second: number, limit = 10) => store.idleSince({ before: at(second), limit })
    expect(await idle(4)).toEqual(['a', 'b', 'c'])
    expect(await idle(9, 2)).toEqual(['a', 'b'])
    expect(await idle(1)).toEqual([])
    await store.append({ sessionId: 'a', events: [], summary: { lastActivity: at(9) } })
    await store.append({ sessionId: 'b', events: [], summary: { state: 'closed' } })
    await store.append({ sessionId: 'queued', events: [], summary: { state: 'idle' } })
    await subject().reopen()
    const { store: again } = subject()
    expect(await again.idleSince({ before: at(9), limit: 10 })).toEqual(['queued', 'c', 'd'])
  })

  test('S12: untouched sessions go with their logs, as many as are asked for, and watchers are told', async () => {
    const { store } = subject()
    for (const [id, second] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ] as const) {
      const state = second % 2 === 0 ? 'closed' : 'idle'
      await createSession(store, id, { state, lastActivity: at(second) })
      const once = { userId: 'user', id, hash: 'h', reply: null }
      await store.append({ sessionId: id, events: [note(id), delta('m', 0, 'x')], once })
    }
    for (const state of ['queued', 'running'] as const) {
      await createSession(store, state, { state, lastActivity: at(0) })
    }
    const watcher = collect(store, 'a')
    const remove = (limit: number) => store.deleteUntouched({ before: at(4), limit })
    const gone = [...(await remove(2)), ...(await remove(2))]
    expect(gone.toSorted()).toEqual(['a', 'b', 'c'])
    expect(await remove(2)).toEqual([])
    await watcher.until((its) => its.deleted)
    watcher.stop()
    for (const id of gone) {
      expect(await store.getSession(id)).toBeNull()
      expect(await readAll(store, id)).toEqual([])
      expect(await store.findOnce({ userId: 'user', id })).toBeNull()
    }
    await subject().reopen()
    const left = await subject().store.listSessions({ userId: 'user', limit: 10 })
    expect(left.map(({ sessionId }) => sessionId)).toEqual(['d', 'queued', 'running'])
    expect(await readAll(subject().store, 'd')).toHaveLength(2)
  })

  test('S12: what becomes active at the same time stays', async () => {
    const { store } = subject()
    await createSession(store, 'a', { lastActivity: at(1) })
    const [, gone] = await Promise.all([
      store.append({ sessionId: 'a', events: [note('x')], summary: { lastActivity: at(8) } }),
      store.deleteUntouched({ before: at(5), limit: 10 }),
    ])
    expect(gone).toEqual([])
    await append(store, 'a', [note('y')])
    // The other way round what is appended is no activity: it comes before the end, or is told that it is gone.
    const [deleted, late] = await Promise.all([
      store.deleteUntouched({ before: at(9), limit: 10 }),
      store.append({ sessionId: 'a', events: [note('z')] }),
    ])
    expect(deleted).toEqual(['a'])
    expect(['appended', 'no-session']).toContain(late.outcome)
    expect(await store.getSession('a')).toBeNull()
    expect(await readAll(store, 'a')).toEqual([])
    expect(await store.append({ sessionId: 'a', events: [note('gone')] })).toEqual({
      outcome: 'no-session',
    })
  })
}
