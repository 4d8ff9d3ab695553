/** Contract suite: numbering, conditions, compaction. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import {
  append,
  createSession,
  delta,
  note,
  query,
  readAll,
  response,
  timestamp,
} from './fixtures.ts'

export function appendTests(subject: Subject): void {
  test('G1: numbers count from 1 without a hole, over new starts too', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const first = await append(store, 's1', [query('q'), delta('a', 0, 'x'), delta('a', 1, 'y')])
    expect(first.map((event) => event.id)).toEqual(['e1-1', 'e1-2', 'e1-3'])
    await subject().reopen()
    const { store: anew } = subject()
    expect(await anew.getSession('s1')).toMatchObject({ lastSeq: 3, controlSeq: 1 })
    expect((await append(anew, 's1', [delta('a', 2, 'z'), note('n')])).map((e) => e.seq)).toEqual([
      4, 5,
    ])
    expect(await anew.getSession('s1')).toMatchObject({ lastSeq: 5, controlSeq: 5 })
    expect((await readAll(anew, 's1')).slice(0, 3)).toEqual(first)
  })

  test('what is read is what was appended, whatever the text', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const text = 'NUL \u0000, half \ud83d, quote ", 行, 👩‍👩‍👧, \u2028, \\'
    const appended = await append(store, 's1', [
      query('q', text),
      {
        type: 'status',
        state: 'thinking',
        messageId: 'q',
        answerId: 'a',
        attempt: 1,
        content: 'Thinking...',
        timestamp,
      },
      delta('a', 0, text),
      response('a', text),
      note(text),
      {
        type: 'error',
        code: 'UPSTREAM_TIMEOUT',
        messageId: 'q',
        retryable: true,
        retryAfterMs: 5,
        content: text,
        timestamp,
      },
      { type: 'command', name: 'model', args: { model: text }, content: '/model', timestamp },
      { type: 'feedback', messageId: 'a', rating: 'up', comment: text, content: '', timestamp },
    ])
    expect(await readAll(store, 's1')).toEqual(appended)
    await subject().reopen()
    expect(await readAll(subject().store, 's1')).toEqual(appended)
  })

  test('nothing is appended to a session that does not exist', async () => {
    const { store } = subject()
    const once = { userId: 'user', id: 'req', hash: 'h', reply: null }
    expect(await store.append({ sessionId: 'none', events: [note('x')], once })).toEqual({
      outcome: 'no-session',
    })
    expect(await store.findOnce(once)).toBeNull()
  })

  test('an append may keep a summary alone', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const summary = {
      title: 'New',
      model: 'm2',
      state: 'running',
      lastActivity: '2027-01-01T00:00:00.000Z',
    } as const
    expect(await store.append({ sessionId: 's1', events: [], summary })).toEqual({
      outcome: 'appended',
      events: [],
    })
    expect(await store.getSession('s1')).toMatchObject({
      ...summary,
      createdAt: timestamp,
      lastSeq: 0,
    })
    await store.append({
      sessionId: 's1',
      events: [delta('a', 0, 'x')],
      summary: { state: 'idle' },
    })
    expect(await store.getSession('s1')).toMatchObject({ ...summary, state: 'idle', lastSeq: 1 })
  })

  test('S5: ifControlSeq: deltas do not count, anything else does', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [query('q'), delta('a', 0, 'x')])
    const conditional = (ifControlSeq: number) =>
      store.append({ sessionId: 's1', events: [note('n')], ifControlSeq })
    expect(await conditional(0)).toEqual({ outcome: 'changed' })
    expect(await conditional(1)).toMatchObject({ outcome: 'appended', events: [{ seq: 3 }] })
    expect(await conditional(2)).toEqual({ outcome: 'changed' })
    expect(await conditional(3)).toMatchObject({ outcome: 'appended', events: [{ seq: 4 }] })
    expect(await store.getSession('s1')).toMatchObject({ lastSeq: 4, controlSeq: 4 })
  })

  test('S5: ifControlSeq: of equal calls at once, one wins', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.append({ sessionId: 's1', events: [note('n')], ifControlSeq: 0 }),
      ),
    )
    expect(results.filter((result) => result.outcome === 'appended')).toHaveLength(1)
    expect(results.filter((result) => result.outcome === 'changed')).toHaveLength(19)
    expect(await readAll(store, 's1')).toHaveLength(1)
  })

  test('G9: compact leaves out the deltas of that answer, and nothing else', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [query('q'), delta('a', 0, 'x'), delta('b', 0, 'other')])
    await append(store, 's1', [delta('a', 1, 'y'), note('between')])
    const result = await store.append({
      sessionId: 's1',
      events: [delta('a', 2, 'z'), response('a', 'xyz')],
      compact: { messageId: 'a' },
    })
    expect(result).toMatchObject({ outcome: 'appended', events: [{ seq: 6 }, { seq: 7 }] })
    const left = [
      [1, 'query'],
      [3, 'delta'],
      [5, 'notification'],
      [7, 'response'],
    ]
    const log = async () =>
      (await readAll(subject().store, 's1')).map((event) => [event.seq, event.type])
    expect(await log()).toEqual(left)
    await subject().reopen()
    expect(await log()).toEqual(left)
    expect(await subject().store.getSession('s1')).toMatchObject({ lastSeq: 7, controlSeq: 7 })
    expect(await append(subject().store, 's1', [delta('c', 0, 'x')])).toMatchObject([{ seq: 8 }])
  })

  test('S3: a compaction that is refused drops nothing', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [query('q'), delta('a', 0, 'x')])
    const compact = { messageId: 'a' }
    const events = [response('a', 'x')]
    const refused = await store.append({ sessionId: 's1', events, compact, ifControlSeq: 0 })
    expect(refused).toEqual({ outcome: 'changed' })
    expect((await readAll(store, 's1')).map((event) => event.type)).toEqual(['query', 'delta'])
  })

  test('S3: an append that fails does not spoil those beside it', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await createSession(store, 's2')
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const bad = { ...note('bad'), data: cyclic }
    const once = { userId: 'user', id: 'bad', hash: 'h', reply: null }
    const [before, failed, after, other] = await Promise.allSettled([
      store.append({ sessionId: 's1', events: [note('before')] }),
      store.append({ sessionId: 's1', events: [note('half'), delta('a', 0, 'x'), bad], once }),
      store.append({ sessionId: 's1', events: [note('after')] }),
      store.append({ sessionId: 's2', events: [note('other')] }),
    ])
    expect(failed.status).toBe('rejected')
    expect(before).toMatchObject({ value: { outcome: 'appended', events: [{ seq: 1 }] } })
    expect(after).toMatchObject({ value: { outcome: 'appended', events: [{ seq: 2 }] } })
    expect(other).toMatchObject({ value: { outcome: 'appended', events: [{ seq: 1 }] } })
    expect((await readAll(store, 's1')).map((event) => event.content)).toEqual(['before', 'after'])
    expect(await store.findOnce(once)).toBeNull()
  })
}
