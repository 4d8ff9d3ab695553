/** Contract suite: lists of sessions. */
import { expect, test } from 'vitest'
import type { SessionRecord, Store } from '../../../core/ports/store.ts'
import type { Subject } from '../store-contract.ts'
import { append, createSession, delta, note } from './fixtures.ts'

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`
const idsOf = (records: SessionRecord[]) => records.map((record) => record.sessionId)

async function pages(store: Store, limit: number, search?: string): Promise<string[]> {
  const ids: string[] = []
  let last: SessionRecord | undefined
  for (;;) {
    const page = await store.listSessions({
      userId: 'user',
      limit,
      ...(search !== undefined && { search }),
      ...(last && { after: { lastActivity: last.lastActivity, sessionId: last.sessionId } }),
    })
    ids.push(...idsOf(page))
    last = page.at(-1)
    if (!last) return ids
  }
}

export function listTests(subject: Subject): void {
  test('G11: a user’s own sessions, latest activity first, then by id, in pages of any size', async () => {
    const { store } = subject()
    const seconds: [string, number][] = [
      ['d', 1],
      ['b', 3],
      ['c', 3],
      ['a', 3],
      ['e', 9],
      ['f', 0],
    ]
    for (const [id, second] of seconds) await createSession(store, id, { lastActivity: at(second) })
    await createSession(store, 'x', { userId: 'another', lastActivity: at(5) })
    const expected = ['e', 'a', 'b', 'c', 'd', 'f']
    for (const limit of [1, 2, 3, 6, 200]) expect(await pages(store, limit)).toEqual(expected)
    await store.append({ sessionId: 'f', events: [], summary: { lastActivity: at(10) } })
    await store.deleteSession('b')
    expect(await pages(store, 2)).toEqual(['f', 'e', 'a', 'c', 'd'])
    expect(await store.listSessions({ userId: 'nobody', limit: 10 })).toEqual([])
  })

  test('a listed session stands where its log stands', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [note('a'), delta('m', 0, 'x'), delta('m', 1, 'x')])
    const list = () => subject().store.listSessions({ userId: 'user', limit: 5 })
    expect(await list()).toMatchObject([{ lastSeq: 3, controlSeq: 1 }])
    expect(await list()).toEqual([await store.getSession('s1')])
    await subject().reopen()
    expect(await list()).toMatchObject([{ lastSeq: 3, controlSeq: 1 }])
  })

  test('search finds part of the title, whatever its case, and takes no wildcards', async () => {
    const { store } = subject()
    const titles = {
      a: 'Straßenbahn nach ÜBERLINGEN',
      b: '100% of_the \\ budget',
      c: 'ΟΔΥΣΣΕΥΣ',
      d: "it's 1000 of the",
      e: 'привет МИР',
    }
    let second = 10
    for (const [id, title] of Object.entries(titles)) {
      second -= 1
      await createSession(store, id, { title, lastActivity: at(second) })
    }
    const found = (search: string) => pages(store, 1, search)
    expect(await found('überlingen')).toEqual(['a'])
    expect(await found('100%')).toEqual(['b'])
    expect(await found('OF_')).toEqual(['b'])
    expect(await found('\\')).toEqual(['b'])
    expect(await found("IT'S")).toEqual(['d'])
    expect(await found('οδυσ')).toEqual(['c'])
    expect(await found('Привет мир')).toEqual(['e'])
    expect(await found('of')).toEqual(['b', 'd'])
    expect(await found('nothing like it')).toEqual([])
    expect(await found('')).toEqual(['a', 'b', 'c', 'd', 'e'])
    await store.append({ sessionId: 'a', events: [], summary: { title: 'Renamed' } })
    expect(await found('überlingen')).toEqual([])
    expect(await found('named')).toEqual(['a'])
  })
}
