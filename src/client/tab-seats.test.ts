/** Seats that all tabs of a browser share: tabs of one process here, on Node's own locks, which are the browser's. */
import { afterEach, expect, test } from 'vitest'
import { StreamSeats } from './stream-seats.ts'
import { tabSeats } from './tab-seats.ts'
import { createManualClock } from './testing/manual-clock.ts'

type Clock = ReturnType<typeof createManualClock>

let closing = new AbortController()
afterEach(() => {
  closing.abort()
  closing = new AbortController()
})

/** A browser: its locks are of a host that no other test asks for. */
function openBrowser() {
  const host = `${crypto.randomUUID()}.example`
  const clock = createManualClock()
  /** Names of those that have a stream now. */
  const sitting = new Set<string>()
  const turns = new Map<string, number>()
  let most = 0

  function openTab(name: string, { inSight }: { inSight: boolean }) {
    const tab = { locks: navigator.locks, isInSight: () => inSight }
    const seats = new StreamSeats({ clock, count: 3, shared: tabSeats(host, tab) })
    const leaving = new AbortController()
    const signal = AbortSignal.any([leaving.signal, closing.signal])
    const follow = async (index: number) => {
      const stream = `${name}${index}`
      const follower = {}
      const end = seats.begin(follower)
      while (!signal.aborted) {
        const seat = await seats.take(follower, signal)
        sitting.add(stream)
        turns.set(stream, (turns.get(stream) ?? 0) + 1)
        most = Math.max(most, sitting.size)
        await ended(AbortSignal.any([seat.turnOver, signal]))
        sitting.delete(stream)
        seat.leave()
      }
      end()
    }
    return {
      follow: (index: number) => void follow(index).catch(() => {}),
      close: () => leaving.abort(),
    }
  }
  return { clock, sitting, turns, openTab, most: () => most }
}

const ended = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Lets locks, which answer from elsewhere, be asked and had. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await navigator.locks.query()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function pass(clock: Clock, seconds: number, look = () => {}): Promise<void> {
  for (let step = 0; step < seconds * 2; step++) {
    clock.advance(500)
    await settle()
    look()
  }
}

test('C10: tabs of a browser have four streams at once, and the ones in the background take turns', async () => {
  const { clock, sitting, turns, openTab, most } = openBrowser()
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  for (const name of names) openTab(name, { inSight: false }).follow(0)
  await settle()
  expect(sitting.size).toBe(4)
  await pass(clock, 20)
  expect(most()).toBe(4)
  expect(names.filter((name) => (turns.get(`${name}0`) ?? 0) < 3)).toEqual([])
})

test('C10: a tab that is looked at keeps its stream, whoever waits in the background', async () => {
  const { clock, sitting, turns, openTab } = openBrowser()
  const seen = openTab('seen', { inSight: true })
  seen.follow(0)
  await settle()
  for (const name of ['a', 'b', 'c', 'd', 'e']) openTab(name, { inSight: false }).follow(0)
  await settle()
  await pass(clock, 10, () => expect(sitting).toContain('seen0'))
  expect(turns.get('seen0')).toBe(1)
})

test('C10: what a tab in sight no longer shows gives way to what another shows', async () => {
  const { clock, sitting, openTab } = openBrowser()
  const first = openTab('first', { inSight: true })
  for (const index of [0, 1, 2]) first.follow(index)
  const second = openTab('second', { inSight: true })
  for (const index of [0, 1]) second.follow(index)
  await settle()
  await pass(clock, 10)
  await expect.poll(() => sitting.size).toBeGreaterThan(0)
  const shown = new Set<string>()
  await pass(clock, 4, () => {
    for (const name of sitting) shown.add(name)
  })
  expect(shown).toContain('first2')
  expect(shown).toContain('second1')
})

test('C10: with more windows in sight than seats they take turns too: none waits for ever', async () => {
  const { clock, turns, openTab, most } = openBrowser()
  const names = Array.from({ length: 8 }, (_, index) => `window${index}-`)
  for (const name of names) openTab(name, { inSight: true }).follow(0)
  await settle()
  await pass(clock, 20)
  expect(most()).toBe(4)
  expect(names.filter((name) => (turns.get(`${name}0`) ?? 0) < 3)).toEqual([])
})

test('C10: a tab that is closed leaves its seats to the others', async () => {
  const { clock, sitting, openTab } = openBrowser()
  const tabs = ['a', 'b', 'c', 'd', 'e'].map((name) => openTab(name, { inSight: true }))
  for (const tab of tabs) tab.follow(0)
  await settle()
  tabs[0]?.close()
  await settle()
  await pass(clock, 3)
  expect([...sitting].sort()).toEqual(['b0', 'c0', 'd0', 'e0'])
})

test('without locks there is nothing to share', () => {
  expect(tabSeats('agent.example', null)).toBeNull()
})
