/** Contract suite: what is asked for twice happens once. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import { append, createSession, note, query, readAll } from './fixtures.ts'

const once = { userId: 'user', id: 'req', hash: 'h', reply: { state: 'queued', position: 2 } }

export function onceTests(subject: Subject): void {
  test('G5, S6: the same request again gets what was recorded, and writes nothing', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [note('first')])
    const input = { sessionId: 's1', events: [query('q'), note('n')], once }
    expect((await store.append(input)).outcome).toBe('appended')
    const recorded = { sessionId: 's1', hash: 'h', seq: 2, reply: once.reply }
    expect(await store.append(input)).toEqual({ outcome: 'duplicate', recorded })
    await subject().reopen()
    expect(await subject().store.append(input)).toEqual({ outcome: 'duplicate', recorded })
    expect(await subject().store.findOnce(once)).toEqual(recorded)
    expect(await readAll(subject().store, 's1')).toHaveLength(3)
  })

  test('G5, S6: the same id with another hash is a conflict; of another user it is another id', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await createSession(store, 's2')
    await store.append({ sessionId: 's1', events: [query('q')], once })
    const other = { ...once, hash: 'other' }
    const conflict = { outcome: 'id-conflict' }
    expect(await store.append({ sessionId: 's1', events: [query('q')], once: other })).toEqual(
      conflict,
    )
    expect(await store.append({ sessionId: 's2', events: [query('q')], once: other })).toEqual(
      conflict,
    )
    const another = { ...other, userId: 'another' }
    expect(
      await store.append({ sessionId: 's2', events: [query('q')], once: another }),
    ).toMatchObject({
      outcome: 'appended',
    })
    expect(await store.findOnce({ userId: 'nobody', id: 'req' })).toBeNull()
  })

  test('a request that appends nothing is recorded with number 0', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await store.append({ sessionId: 's1', events: [], once })
    expect(await store.findOnce(once)).toMatchObject({ seq: 0, sessionId: 's1' })
  })

  test('a duplicate is told so before any condition is looked at', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const input = { sessionId: 's1', events: [query('q')], once, ifControlSeq: 0 }
    expect((await store.append(input)).outcome).toBe('appended')
    expect((await store.append(input)).outcome).toBe('duplicate')
  })

  test('S6: a request that was refused is not recorded', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [note('n')])
    const input = { sessionId: 's1', events: [query('q')], once }
    expect((await store.append({ ...input, ifControlSeq: 0 })).outcome).toBe('changed')
    expect(await store.findOnce(once)).toBeNull()
    expect((await store.append(input)).outcome).toBe('appended')
  })

  test('G5: of 50 equal calls at once one appends, and all get the same number', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const calls = Array.from({ length: 50 }, async () => {
      // From different turns of the loop, too.
      if (Math.random() < 0.5) await store.getSession('s1')
      return store.append({ sessionId: 's1', events: [query('q')], once })
    })
    const results = await Promise.all(calls)
    expect(results.filter((result) => result.outcome === 'appended')).toHaveLength(1)
    const seqs = results.map((result) =>
      result.outcome === 'appended'
        ? result.events[0]?.seq
        : result.outcome === 'duplicate' && result.recorded.seq,
    )
    expect(new Set(seqs)).toEqual(new Set([1]))
    expect(await readAll(store, 's1')).toHaveLength(1)
  })
}
