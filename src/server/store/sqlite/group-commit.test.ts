/** Group commit and the delta journal: what only this store promises. */
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Change } from '../../../core/ports/store.ts'
import { append, createSession, delta, note, readAll, response } from '../contract/fixtures.ts'
import { openSqliteUnderTest } from './sqlite-under-test.ts'

async function opened(options: Parameters<typeof openSqliteUnderTest>[0] = {}) {
  const subject = await openSqliteUnderTest(options)
  onTestFinished(subject.dispose)
  await Promise.all(['s1', 's2', 's3'].map((id) => createSession(subject.store, id)))
  const peek = new DatabaseSync(path.join(subject.dataDir, 'agent.db'), { readOnly: true })
  onTestFinished(() => peek.close())
  const count = (table: string) =>
    Number(peek.prepare(`select count(*) as n from ${table}`).get()?.n)
  return { subject, store: subject.store, count }
}

test('G3: a watcher gets the very objects that were committed', async () => {
  const { store } = await opened()
  const changes: Change[] = []
  store.watch('s1', (change) => changes.push(change))
  const events = await append(store, 's1', [note('a'), delta('m', 0, 'b')])
  const [change] = changes
  expect(change?.kind === 'appended' && change.events).toBe(events)
})

test('G3: by the time that a watcher is told, other connections see the event', async () => {
  const { store, count } = await opened()
  const seen: number[] = []
  store.watch('s1', () => seen.push(count('events')))
  const resolved = append(store, 's1', [note('a')]).then(() => count('events'))
  expect([await resolved, seen]).toEqual([1, [1]])
})

test('all that one turn of the loop appends is one transaction, promises in between or not', async () => {
  const { store, count } = await opened()
  const late = async (sessionId: string, waits: number) => {
    for (let wait = 0; wait < waits; wait += 1) await null
    return append(store, sessionId, [delta('m', 0, 'x')])
  }
  await Promise.all([late('s1', 0), late('s2', 1), late('s3', 9), late('s1', 20)])
  expect(count('delta_journal')).toBe(1)
})

test('a full journal is settled: what is alive is in the log, what is dead is gone', async () => {
  const { subject, store, count } = await opened({ journalLimits: { deltas: 20, chars: 100_000 } })
  for (let index = 0; index < 200; index += 1) {
    await append(store, index % 10 === 0 ? 's2' : 's1', [delta('m', index, 'x')])
  }
  expect(count('delta_journal')).toBeLessThanOrEqual(42)
  expect(count('events')).toBeGreaterThan(0)
  const before = await Promise.all(['s1', 's2'].map((id) => readAll(store, id)))
  expect(before.map((log) => log.length)).toEqual([180, 20])
  await subject.reopen()
  expect(await Promise.all(['s1', 's2'].map((id) => readAll(subject.store, id)))).toEqual(before)
})

test('a compaction leaves nothing of its deltas on disk, also where one old delta lives on', async () => {
  const { subject, store, count } = await opened({ journalLimits: { deltas: 20, chars: 100_000 } })
  await append(store, 's2', [delta('lives', 0, 'x')])
  for (let turn = 0; turn < 30; turn += 1) {
    const answer = `a${turn}`
    for (let offset = 0; offset < 10; offset += 1)
      await append(store, 's1', [delta(answer, offset, 'x')])
    const events = [response(answer, 'x'.repeat(10))]
    await store.append({ sessionId: 's1', events, compact: { messageId: answer } })
  }
  expect(count('delta_journal')).toBeLessThanOrEqual(42)
  expect(count('events where answer is not null')).toBeLessThanOrEqual(1)
  // What is dead does not count for ever: new deltas stay in the journal.
  await append(store, 's1', [delta('next', 0, 'x')])
  await append(store, 's1', [delta('next', 1, 'x')])
  expect(count('events where answer is not null')).toBeLessThanOrEqual(1)
  await subject.reopen()
  expect(await readAll(subject.store, 's2')).toHaveLength(1)
  expect(await readAll(subject.store, 's1')).toHaveLength(32)
})

test('a lease ends with the process', async () => {
  const { subject } = await opened()
  const lease = { sessionId: 's1', ttlMs: 60_000 }
  expect(await subject.store.acquireLease({ ...lease, owner: 'a' })).toMatchObject({ fence: 1 })
  await subject.reopen()
  expect(await subject.store.acquireLease({ ...lease, owner: 'b' })).toMatchObject({ fence: 2 })
})
