/** Contract suite: reading the log from a cursor. */
import { expect, test } from 'vitest'
import type { Subject } from '../store-contract.ts'
import { append, createSession, delta, note, readAll, response } from './fixtures.ts'

export function readTests(subject: Subject): void {
  test('G2: reading after any number gives the rest, whatever the page', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    for (let index = 0; index < 40; index += 1) {
      const more =
        index % 7 === 3 ? note(`n${index}`) : delta(`a${index % 11 > 8}`, index, `d${index}`)
      await append(store, 's1', [more])
    }
    const all = await readAll(store, 's1')
    expect(all.map((event) => event.seq)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    )
    for (let after = 0; after <= 41; after += 1) {
      const rest = await store.read({ sessionId: 's1', after, limit: 100, maxChars: 10_000 })
      expect(rest).toEqual(all.slice(after))
    }
    expect(await readAll(store, 's1', { limit: 3, maxChars: 10_000 })).toEqual(all)
    expect(await readAll(store, 's1', { limit: 100, maxChars: 5 })).toEqual(all)
    await subject().reopen()
    expect(await readAll(subject().store, 's1', { limit: 3, maxChars: 7 })).toEqual(all)
  })

  test('a page ends before its text is too much, but has at least one event', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [note('x'.repeat(50)), note('yy'), delta('a', 0, 'zzz'), note('1')])
    const page = async (after: number, maxChars: number, limit = 10) =>
      (await store.read({ sessionId: 's1', after, limit, maxChars })).map((event) => event.seq)
    expect(await page(0, 10)).toEqual([1])
    expect(await page(0, 51)).toEqual([1])
    expect(await page(0, 52)).toEqual([1, 2])
    expect(await page(1, 5)).toEqual([2, 3])
    expect(await page(1, 4)).toEqual([2])
    expect(await page(1, 100, 2)).toEqual([2, 3])
    expect(await page(4, 100)).toEqual([])
    expect(await page(9, 100)).toEqual([])
  })

  test('pages go on over what was compacted away', async () => {
    const { store } = subject()
    await createSession(store, 's1')
    await append(store, 's1', [note('first')])
    for (let offset = 0; offset < 30; offset += 1)
      await append(store, 's1', [delta('a', offset, 'x')])
    const events = [response('a', 'x'.repeat(30))]
    await store.append({ sessionId: 's1', events, compact: { messageId: 'a' } })
    const left = await readAll(store, 's1', { limit: 1, maxChars: 1 })
    expect(left.map((event) => event.seq)).toEqual([1, 32])
    expect(await store.read({ sessionId: 's1', after: 12, limit: 5, maxChars: 99 })).toMatchObject([
      { seq: 32, type: 'response' },
    ])
  })
}
