/** A disk without room: nothing is acknowledged or shown, reading works, and writing again with room. */
import { expect, onTestFinished, test } from 'vitest'
import type { EventBody } from '../../../core/events.ts'
import { append, createSession, delta, note, readAll } from '../contract/fixtures.ts'
import { openSqliteUnderTest } from './sqlite-under-test.ts'

const text = 'x'.repeat(20_000)

async function fillUp(big: (index: number) => EventBody) {
  const subject = await openSqliteUnderTest({ maxPages: 200 })
  onTestFinished(subject.dispose)
  const { store } = subject
  await createSession(store, 'big')
  await createSession(store, 'small')
  await append(store, 'small', [note('before')])
  const appends: Promise<unknown>[] = []
  for (let index = 0; ; index += 1) {
    const result = await store.append({ sessionId: 'big', events: [big(index)] }).catch((cause) => {
      expect(cause).toMatchObject({ name: 'AgentError', reason: 'STORE_UNAVAILABLE' })
      return null
    })
    if (!result) return { subject, appended: index }
    appends.push(Promise.resolve(result))
  }
}

for (const [kind, big] of [
  ['notifications', () => note(text)],
  ['deltas', (index: number) => delta('a', index * text.length, text)],
] as const) {
  test(`G3, G4: a full disk of ${kind} rejects whole groups, and nothing of them is visible`, async () => {
    const { subject, appended } = await fillUp(big)
    const { store } = subject
    expect(appended).toBeGreaterThan(10)
    const before = await readAll(store, 'big')
    expect(before).toHaveLength(appended)

    let told = 0
    const ends = ['big', 'small'].map((id) => store.watch(id, () => (told += 1)))
    const once = { userId: 'user', id: 'req', hash: 'h', reply: null }
    const results = await Promise.allSettled([
      store.append({ sessionId: 'small', events: [note('beside')], once }),
      store.append({ sessionId: 'big', events: [big(appended)] }),
      store.append({ sessionId: 'small', events: [delta('b', 0, 'beside')] }),
      store.acquireLease({ sessionId: 'small', owner: 'a', ttlMs: 1000 }),
    ])
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'STORE_UNAVAILABLE' } })
    }
    expect(told).toBe(0)
    for (const end of ends) end()
    expect(await readAll(store, 'big')).toEqual(before)
    expect(await readAll(store, 'small')).toMatchObject([{ content: 'before' }])
    expect(await store.getSession('small')).toMatchObject({ lastSeq: 1 })
    expect(await store.findOnce(once)).toBeNull()
    await store.ping()
    // Said once, however often it was tried.
    expect(subject.lines.map((line) => line.message)).toEqual(['the store cannot write'])

    // Room again, in the way that an operator would make it.
    expect(await store.deleteSession('big')).toBe(true)
    const seqs = await Promise.all([
      append(store, 'small', [note('again')]),
      append(store, 'small', [delta('b', 0, text)]),
    ])
    expect(seqs.flat().map((event) => event.seq)).toEqual([2, 3])
    expect(await store.acquireLease({ sessionId: 'small', owner: 'b', ttlMs: 1 })).toMatchObject({
      fence: 1,
    })
    expect(subject.lines.at(-1)).toMatchObject({ message: 'the store writes again' })
    const kept = await readAll(store, 'small')
    await subject.reopen()
    expect(await readAll(subject.store, 'small')).toEqual(kept)
  })
}
