/** Deletion with undo: hidden at once, sent when the time is over or the page is left, by one tab or the next. */
import { expect, test } from 'vitest'
import { createManualClock } from '../../client/testing/manual-clock.ts'
import { createDeletions, longestHoldMs, undoMs } from './deletions.ts'

/** What a browser's storage is to them: keys as own properties, behind methods. */
function createStorage(): Storage {
  const storage = Object.create({
    getItem(key: string) {
      return Object.hasOwn(storage, key) ? storage[key] : null
    },
    setItem(key: string, value: string) {
      storage[key] = value
    },
    removeItem(key: string) {
      delete storage[key]
    },
  })
  return storage
}

function openTab(storage: Storage | null = createStorage(), fails = false) {
  const clock = createManualClock()
  const sent: string[] = []
  const failed: string[] = []
  const deletions = createDeletions({
    storage,
    clock,
    send: async (id) => {
      sent.push(id)
      if (fails) throw new Error('no')
    },
    onFailed: (id) => failed.push(id),
  })
  return { clock, sent, failed, deletions, hidden: () => [...deletions.getSnapshot()] }
}

test.each([
  ['with storage', createStorage()],
  ['without storage', null],
])(
  'it is hidden at once, sent once the time is over, and cannot be undone then: %s',
  (_, storage) => {
    const { clock, sent, deletions, hidden } = openTab(storage)
    const over = deletions.begin('a')
    expect(hidden()).toEqual(['a'])
    clock.advance(undoMs - 1)
    expect([sent, over.aborted]).toEqual([[], false])
    clock.advance(1)
    expect([sent, over.aborted, hidden()]).toEqual([['a'], true, ['a']])
    deletions.undo('a')
    expect(hidden()).toEqual(['a'])
  },
)

test('undone in time, it is as before, and nothing is sent', () => {
  const { clock, sent, deletions, hidden } = openTab()
  const over = deletions.begin('a')
  deletions.undo('a')
  clock.advance(undoMs * 2)
  expect([sent, hidden(), over.aborted]).toEqual([[], [], true])
})

test('P9: while it is held the time stands still, in all tabs, and then goes on with what was left', () => {
  const storage = createStorage()
  const [one, two] = [openTab(storage), openTab(storage)]
  const over = one.deletions.begin('a')
  two.deletions.load()
  const pass = (ms: number) => {
    one.clock.advance(ms)
    two.clock.advance(ms)
  }
  pass(undoMs - 1000)
  one.deletions.hold('a', true)
  two.deletions.load()
  pass(60_000)
  expect([one.hidden(), one.sent, two.hidden(), two.sent]).toEqual([['a'], [], ['a'], []])
  one.deletions.hold('a', false)
  two.deletions.load()
  pass(999)
  expect([one.sent, two.sent, over.aborted]).toEqual([[], [], false])
  one.clock.advance(1)
  two.deletions.load()
  two.clock.advance(undoMs)
  expect([one.sent, over.aborted]).toEqual([['a'], true])
})

test('P9: what is held is undone, sent when the page is left, and held an hour at most', () => {
  const { clock, sent, deletions, hidden } = openTab()
  const over = deletions.begin('a')
  deletions.hold('a', true)
  deletions.undo('a')
  deletions.hold('a', false)
  clock.advance(undoMs)
  expect([hidden(), sent, over.aborted]).toEqual([[], [], true])
  deletions.begin('b')
  deletions.hold('b', true)
  deletions.flush()
  expect(sent).toEqual(['b'])
  deletions.begin('c')
  deletions.hold('c', true)
  // Told again, it begins no hour anew.
  clock.advance(longestHoldMs - 1)
  deletions.hold('c', true)
  expect(sent).toEqual(['b'])
  clock.advance(1)
  expect(sent).toEqual(['b', 'c'])
})

test('leaving the page sends all that wait', () => {
  const { sent, deletions } = openTab()
  deletions.begin('a')
  deletions.begin('b')
  deletions.flush()
  expect(sent).toEqual(['a', 'b'])
})

test('other tabs hide it and show it again; a closed tab leaves it to the next', () => {
  const storage = createStorage()
  const [one, two] = [openTab(storage), openTab(storage)]
  one.deletions.begin('a')
  two.deletions.load()
  expect(two.hidden()).toEqual(['a'])
  one.deletions.undo('a')
  two.deletions.load()
  expect(two.hidden()).toEqual([])
  one.deletions.begin('b')
  const next = openTab(storage)
  next.deletions.load()
  next.clock.advance(undoMs)
  expect(next.sent).toEqual(['b'])
})

test('one that the server refuses comes back, and is said', async () => {
  const storage = createStorage()
  const { clock, failed, deletions, hidden } = openTab(storage, true)
  deletions.begin('a')
  clock.advance(undoMs)
  await expect.poll(hidden).toEqual([])
  expect([failed, Object.keys(storage)]).toEqual([['a'], []])
})
