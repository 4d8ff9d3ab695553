/** Contract suite: creating, reading and deleting sessions. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import { append, collect, createSession, newRecord, note, readAll } from './fixtures.ts'

export function sessionTests(subject: Subject): void {
  test('G4: a created session is there, with its first events, also after a new start', async () => {
    const { store } = subject()
    const record = newRecord('s1', { title: 'Zoë’s “title” 👋' })
    const created = await store.createSession({ record, events: [note('welcome'), note('two')] })
    const expected = { ...record, lastSeq: 2, controlSeq: 2 }
    expect(created).toEqual({ outcome: 'created', record: expected })
    expect(await store.getSession('s1')).toEqual(expected)

    await subject().reopen()
    expect(await subject().store.getSession('s1')).toEqual(expected)
    expect(await readAll(subject().store, 's1')).toMatchObject([
      { seq: 1, id: 'e1-1', sessionId: 's1', content: 'welcome' },
      { seq: 2, id: 'e1-2', sessionId: 's1', content: 'two' },
    ])
  })

  test('a session that does not exist is null, and has no log', async () => {
    const { store } = subject()
    expect(await store.getSession('none')).toBeNull()
    expect(await store.read({ sessionId: 'none', after: 0, limit: 10, maxChars: 100 })).toEqual([])
    expect(await store.deleteSession('none')).toBe(false)
  })

  test('G5: a session is created once by its id', async () => {
    const { store } = subject()
    const once = { userId: 'user', id: 'req', hash: 'h', reply: { sessionId: 's1' } }
    const first = await store.createSession({ record: newRecord('s1'), events: [note('a')], once })
    expect(first.outcome).toBe('created')
    const again = await store.createSession({ record: newRecord('s2'), events: [note('a')], once })
    const recorded = { sessionId: 's1', hash: 'h', seq: 1, reply: { sessionId: 's1' } }
    expect(again).toEqual({ outcome: 'duplicate', recorded })
    expect(await store.getSession('s2')).toBeNull()
    const other = { ...once, hash: 'other' }
    expect(await store.createSession({ record: newRecord('s3'), events: [], once: other })).toEqual(
      {
        outcome: 'id-conflict',
      },
    )
    expect(await store.getSession('s3')).toBeNull()
  })

  test('creating a session that is there rejects and changes nothing', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [note('kept')])
    const before = await store.getSession('s1')
    const record = newRecord('s1', { userId: 'thief', title: 'Stolen' })
    await expect(store.createSession({ record, events: [note('x')] })).rejects.toThrow()
    expect(await store.getSession('s1')).toEqual(before)
    expect(await readAll(store, 's1')).toHaveLength(1)
  })

  test('a deleted session is gone with its log and its once-keys, and watchers are told', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await createSession(store, 's2')
    const once = { userId: 'user', id: 'req', hash: 'h', reply: null }
    await store.append({ sessionId: 's1', events: [note('a')], once })
    const watcher = collect(store, 's1')
    expect(await store.deleteSession('s1')).toBe(true)
    await watcher.until((its) => its.deleted)
    watcher.stop()
    expect(await store.getSession('s1')).toBeNull()
    expect(await readAll(store, 's1')).toEqual([])
    expect(await store.findOnce(once)).toBeNull()
    expect(await store.append({ sessionId: 's1', events: [note('late')] })).toEqual({
      outcome: 'no-session',
    })
    expect(await store.deleteSession('s1')).toBe(false)
    expect(await store.getSession('s2')).not.toBeNull()

    await createSession(store, 's1', { epoch: 'e2' })
    expect(await append(store, 's1', [note('anew')])).toMatchObject([{ seq: 1, id: 'e2-1' }])
    expect(await store.append({ sessionId: 's1', events: [], once })).toMatchObject({
      outcome: 'appended',
    })
  })

  test('unfinished are the sessions that are queued or running', async () => {
    const { store } = subject()
    for (const state of ['idle', 'queued', 'running', 'closed'] as const) {
      await createSession(store, state, { state })
    }
    expect((await store.unfinished()).sort()).toEqual(['queued', 'running'])
    await store.append({ sessionId: 'queued', events: [], summary: { state: 'idle' } })
    await store.append({ sessionId: 'closed', events: [], summary: { state: 'queued' } })
    await subject().reopen()
    expect((await subject().store.unfinished()).sort()).toEqual(['closed', 'running'])
  })

  test('a closed store refuses with STORE_UNAVAILABLE, and has kept what was asked for before', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const late = store.append({ sessionId: 's1', events: [note('just before')] })
    await store.close()
    expect((await late).outcome).toBe('appended')
    const refused = { reason: 'STORE_UNAVAILABLE' }
    await expect(store.ping()).rejects.toMatchObject(refused)
    await expect(store.getSession('s1')).rejects.toMatchObject(refused)
    await expect(store.append({ sessionId: 's1', events: [note('x')] })).rejects.toMatchObject(
      refused,
    )
    await subject().reopen()
    await subject().store.ping()
    expect(await readAll(subject().store, 's1')).toMatchObject([{ content: 'just before' }])
  })
}
