/** Contract suite: sessions found by what was said in them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventBody } from '../../../core/events.ts'
import type { Store } from '../../../core/ports/store.ts'
import { foldText, isSaid, wordsOf } from '../search-words.ts'
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

async function found(store: Store, search: string, userId = 'user'): Promise<string[]> {
  const records = await store.listSessions({ userId, limit: 200, search })
  return records.map(({ sessionId }) => sessionId).sort()
}

/** The same by reading everything: what an index has to agree with. */
async function foundByReading(store: Store, ids: string[], search: string): Promise<string[]> {
  const parts = foldText(search).trim().split(/\s+/)
  const result: string[] = []
  for (const id of ids) {
    const title = foldText((await store.getSession(id))?.title ?? '')
    const texts = (await readAll(store, id)).filter(isSaid).map(({ content }) => content)
    const said = texts.flatMap((text) => [...wordsOf(text)])
    const isThere = (part: string) => {
      const words = [...wordsOf(part)]
      const wasSaid = words.every((word) => said.some((other) => other.startsWith(word)))
      return title.includes(part) || (words.length > 0 && wasSaid)
    }
    const phrase = foldText(search).trim()
    if (title.includes(phrase) || parts.every(isThere)) result.push(id)
  }
  return result.sort()
}

const edited = (messageId: string, content: string): EventBody => {
  const [type, priority, state] = ['query', 'normal', 'edited'] as const
  return { type, messageId, priority, state, content, timestamp }
}

export function searchTests(subject: Subject): void {
  test('S20: a session is found by what was asked and what was answered, whatever case and accents', async () => {
    const { store } = subject()
    await createSession(store, 'a')
    await createSession(store, 'b')
    await append(store, 'a', [
      query('q', 'Où est la Straße?'),
      response('r', 'Nach ÜBERLINGEN, links.'),
    ])
    await append(store, 'b', [note('überlingen'), delta('m', 0, 'überlingen')])
    for (const search of ['überlingen', 'Uberlingen', 'ou', 'STRASSE', 'über', 'links!']) {
      expect([search, await found(store, search)]).toEqual([search, ['a']])
    }
    expect(await found(store, 'berlingen')).toEqual([])
    expect(await found(store, 'überlingen', 'another')).toEqual([])
  })

  test('S21: of several words all are wanted, in any order, over title and messages', async () => {
    const { store } = subject()
    await createSession(store, 'a', { title: 'Trip to Norway' })
    await append(store, 'a', [query('q', 'ferries and fjords')])
    await append(store, 'a', [response('r', 'Bergen has both.')])
    expect(await found(store, 'bergen ferr')).toEqual(['a'])
    expect(await found(store, 'fjords norway BERGEN')).toEqual(['a'])
    expect(await found(store, 'fjords sweden')).toEqual([])
  })

  test('S22: text without spaces between its words is found by any part of two letters, or one', async () => {
    const { store } = subject()
    await createSession(store, 'a')
    await append(store, 'a', [
      query('q', '東京の天気はどうですか'),
      response('r', '한국어 문장입니다'),
    ])
    for (const search of ['天気', '京', 'どうですか', '한국', '문장']) {
      expect([search, await found(store, search)]).toEqual([search, ['a']])
    }
    expect(await found(store, '天京')).toEqual([])
  })

  test('S23: what is searched for is text and nothing else', async () => {
    const { store } = subject()
    await createSession(store, 'a')
    await append(store, 'a', [query('q', `say "it's" NEAR(x, 2) AND -not 50%`)])
    const hostile = [`it's`, '"it', 'AND', 'near(', '-not', `x" OR "y`, `'; drop table words; --`]
    const expected = [['a'], ['a'], ['a'], ['a'], ['a'], [], []]
    for (const [at, search] of hostile.entries()) {
      expect([search, await found(store, search)]).toEqual([search, expected[at]])
    }
    for (const search of ['*', '%', '_', '\\', '[', '{}', '""', '\u{10ffff}', 'x'.repeat(10_000)]) {
      expect([search, await found(store, search)]).toEqual([search, []])
    }
    expect(await found(store, 'say '.repeat(2_500))).toEqual(['a'])
  })

  test('S24: it is found after a restart, as edited, and never after its deletion', async () => {
    const { store } = subject()
    await createSession(store, 'a')
    await createSession(store, 'b', { lastActivity: '2026-01-01T00:00:00.000Z' })
    await append(store, 'a', [query('q', 'before'), edited('q', 'afterwards')])
    await append(store, 'b', [query('q', 'afterwards')])
    await subject().reopen()
    expect(await found(subject().store, 'afterw')).toEqual(['a', 'b'])
    await subject().store.deleteSession('a')
    await subject().store.deleteUntouched({ before: '2026-01-02T00:00:00.000Z', limit: 10 })
    for (const id of ['a', 'b']) await createSession(subject().store, id)
    expect(await found(subject().store, 'afterw')).toEqual([])
  })

  test('S25: what is found is what reading everything finds', async () => {
    const word = fc.constantFrom(
      'Ähre',
      'ahr',
      'AHRE',
      'no1',
      'no',
      '東京',
      '京都',
      'ß',
      'ss',
      'день',
    )
    const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))
    const logs = fc.array(fc.array(text, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
    let run = 0
    const property = fc.asyncProperty(
      logs,
      fc.array(text, { maxLength: 5 }),
      async (all, wanted) => {
        const { store } = subject()
        run += 1
        const ids: string[] = []
        for (const [at, texts] of all.entries()) {
          const id = `${run}-${at}`
          ids.push(id)
          await createSession(store, id, { title: texts[0] ?? 'x' })
          for (const [place, said] of texts.entries()) {
            const kind = [query, response, edited][place % 3] ?? query
            await append(store, id, [kind('m', said)])
          }
        }
        for (const search of wanted) {
          const own = (await found(store, search)).filter((id) => ids.includes(id))
          expect(own).toEqual(await foundByReading(store, ids, search))
        }
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })
}
