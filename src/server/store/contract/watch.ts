/** Contract suite: being told of commits. */
import { expect, test } from 'vitest'
import type { Change } from '../../../core/ports/store.ts'
import type { Subject } from '../store-contract.ts'
import { append, collect, createSession, delta, note, readAll } from './fixtures.ts'

export function watchTests(subject: Subject): void {
  test('G1: every watcher is told every event once, in the order of the log', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await createSession(store, 's2')
    const watchers = [collect(store, 's1'), collect(store, 's1')]
    await Promise.all([
      append(store, 's1', [note('a'), delta('m', 0, 'b')]),
      append(store, 's2', [note('not here')]),
      append(store, 's1', [delta('m', 1, 'c')]),
    ])
    await append(store, 's1', [note('d')])
    for (const watcher of watchers) {
      await watcher.until((its) => its.events.length >= 4)
      watcher.stop()
      expect(watcher.events).toEqual(await readAll(store, 's1'))
    }
  })

  test('G3, S1: what a watcher is told is committed: it can be read, and the session stands there', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const seen: Promise<[told: number, read: number, stands: number | undefined]>[] = []
    const check = async (seq: number): Promise<[number, number, number | undefined]> => {
      const read = await store.read({ sessionId: 's1', after: seq - 1, limit: 1, maxChars: 100 })
      return [seq, read[0]?.seq ?? 0, (await store.getSession('s1'))?.lastSeq]
    }
    const told = new Promise<void>((resolve) => {
      store.watch('s1', (change) => {
        if (change.kind !== 'appended') return
        for (const event of change.events) seen.push(check(event.seq))
        if (seen.length >= 20) resolve()
      })
    })
    for (let index = 0; index < 20; index += 1) await append(store, 's1', [delta('a', index, 'x')])
    await told
    for (const [seq, read, stands] of await Promise.all(seen)) {
      expect(read).toBe(seq)
      expect(stands).toBeGreaterThanOrEqual(seq)
    }
  })

  test('G3, S1: nothing is visible before its promise resolves or a watcher is told', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    let committed = false
    store.watch('s1', () => {
      committed = true
    })
    const appending = append(store, 's1', [note('n')]).then(() => {
      committed = true
    })
    const read = await store.read({ sessionId: 's1', after: 0, limit: 1, maxChars: 10 })
    if (!committed) expect(read).toEqual([])
    await appending
    expect(await readAll(store, 's1')).toHaveLength(1)
  })

  test('a watcher that has ended is not told, nor one that begins of what was before', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const early = collect(store, 's1')
    await append(store, 's1', [note('a')])
    await early.until((its) => its.events.length === 1)
    early.stop()
    early.stop()
    const late = collect(store, 's1')
    await append(store, 's1', [note('b')])
    await late.until((its) => its.events.length > 0)
    late.stop()
    expect(late.events).toMatchObject([{ seq: 2 }])
    expect(early.events).toMatchObject([{ seq: 1 }])
  })

  test('an append that was refused, or that appends nothing, is not told', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const changes: Change[] = []
    store.watch('s1', (change) => changes.push(change))
    await store.append({ sessionId: 's1', events: [], summary: { title: 'x' } })
    await store.append({ sessionId: 's1', events: [note('no')], ifControlSeq: -1 })
    const sentinel = collect(store, 's1')
    await append(store, 's1', [note('yes')])
    await sentinel.until((its) => its.events.length > 0)
    expect(changes).toMatchObject([{ kind: 'appended', events: [{ content: 'yes' }] }])
  })

  test('a watcher that throws does not keep the others from being told', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    store.watch('s1', () => {
      throw new Error('a listener of the test')
    })
    const other = collect(store, 's1')
    await append(store, 's1', [note('a')])
    await other.until((its) => its.events.length === 1)
  })

  test('a watcher may append, watch and end while it is told', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const nested: Change[] = []
    const end = store.watch('s1', () => {
      end()
      store.watch('s1', (change) => nested.push(change))
      void store.append({ sessionId: 's1', events: [note('answer')] })
    })
    const all = collect(store, 's1')
    await append(store, 's1', [note('ask')])
    await all.until((its) => its.events.length === 2)
    expect(nested).toMatchObject([{ events: [{ content: 'answer' }] }])
  })
}
