/** Sessions that are worked with: kept up with the log without a gap, and let go without a trace. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EventBody } from '../events.ts'
import type { Store } from '../ports/store.ts'
import { createLog, openTempStore } from '../testing/temp-store.ts'
import { LiveSession } from './live-session.ts'
import { LiveSessions } from './live-sessions.ts'

const timestamp = '2026-01-01T00:00:00.000Z'
const note: EventBody = { type: 'notification', level: 'info', content: 'News', timestamp }

let temp: Awaited<ReturnType<typeof openTempStore>>
let store: Store
/** Watches that are open in the store. */
let watching = 0
/** What happens in the middle of the next reads of the log. */
let meanwhile: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  watching = 0
  meanwhile = []
  temp = await openTempStore()
  store = {
    ...temp.store,
    watch(sessionId, listener) {
      watching++
      const unwatch = temp.store.watch(sessionId, listener)
      return () => {
        watching--
        unwatch()
      }
    },
    async read(input) {
      const events = await temp.store.read(input)
      await meanwhile.shift()?.()
      return events
    },
  }
  await createLog(store, 's1', [note])
})
afterEach(() => temp.close())

const append = (sessionId = 's1') => temp.store.append({ sessionId, events: [note] })

describe('a live session', () => {
  test('G2: what is committed while the log is being read is not missed, and not taken early', async () => {
    meanwhile = [append, append, append]
    const live = await LiveSession.open(store, 's1')
    expect(live?.transcript.lastSeq).toBe(4)
    expect(live?.transcript.items.length).toBe(4)
    await append()
    expect(live?.transcript.lastSeq).toBe(5)
    live?.close()
  })

  test('one that cannot be read leaves no watch behind', async () => {
    meanwhile = [() => Promise.reject(new Error('unreadable'))]
    await expect(LiveSession.open(store, 's1')).rejects.toThrow('unreadable')
    expect(watching).toBe(0)
  })

  test('G6: of two changes to one state, the second is decided upon again', async () => {
    const live = await LiveSession.open(store, 's1')
    const seen: number[] = []
    await Promise.all(
      Array.from({ length: 5 }, () =>
        live?.change(() => {
          seen.push(live.transcript.lastSeq)
          return { events: [note] }
        }),
      ),
    )
    // Each was decided upon the state that it was appended to.
    expect(seen.filter((seq, index) => seen.lastIndexOf(seq) === index)).toEqual([1, 2, 3, 4, 5])
    expect(live?.transcript.lastSeq).toBe(6)
    live?.close()
  })

  test('observers hear of each event once, and of the deletion', async () => {
    const live = await LiveSession.open(store, 's1')
    const heard: string[] = []
    const unobserve = live?.observe({
      event: ({ seq }) => heard.push(String(seq)),
      deleted: () => heard.push('deleted'),
    })
    await live?.change(() => ({ events: [note] }))
    await append()
    await temp.store.deleteSession('s1')
    unobserve?.()
    expect(heard).toEqual(['2', '3', 'deleted'])
    await expect(live?.change(() => ({ events: [note] }))).rejects.toMatchObject({
      reason: 'SESSION_NOT_FOUND',
    })
    live?.close()
    expect(watching).toBe(0)
  })
})

describe('the live sessions', () => {
  test('users share one; the latest few are kept, and the others are let go', async () => {
    const sessions = new LiveSessions(store)
    await sessions.use('s1', async (one) => {
      await sessions.use('s1', async (other) => expect(other).toBe(one))
    })
    await Promise.all(
      Array.from({ length: 250 }, async (_, n) => {
        await createLog(store, `more${n}`)
        await sessions.use(`more${n}`, async () => {})
      }),
    )
    expect(sessions.size).toBe(200)
    expect(watching).toBe(200)
    await sessions.close()
    expect({ size: sessions.size, watching }).toEqual({ size: 0, watching: 0 })
  })

  test('of those that nobody uses only so much text is kept', async () => {
    const sessions = new LiveSessions(store, { sessions: 200, chars: 16 * 1024 * 1024 })
    const megabyte: EventBody = { ...note, content: 'x'.repeat(1024 * 1024) }
    for (let n = 0; n < 6; n++) {
      await createLog(store, `large${n}`, Array(4).fill(megabyte))
      await sessions.use(`large${n}`, async () => {})
    }
    expect(sessions.size).toBe(4)
    await sessions.use('large5', async () => {
      await sessions.use('large0', async () => {})
      // What is used does not count, and is not let go.
      expect(sessions.size).toBe(5)
    })
    expect(sessions.size).toBe(4)
    sessions.forget('large5')
    expect(sessions.size).toBe(3)
    await sessions.close()
    expect(watching).toBe(0)
  })

  test('one in use is kept, however many others come', async () => {
    const sessions = new LiveSessions(store)
    await sessions.use('s1', async (live) => {
      for (let n = 0; n < 210; n++) {
        await createLog(store, `more${n}`)
        await sessions.use(`more${n}`, async () => {})
      }
      await append()
      expect(live?.transcript.lastSeq).toBe(2)
    })
    await sessions.close()
  })

  test('what is not there, or cannot be read, is asked for anew', async () => {
    const sessions = new LiveSessions(store)
    await sessions.use('later', async (live) => expect(live).toBeNull())
    await createLog(store, 'later')
    await sessions.use('later', async (live) => expect(live).not.toBeNull())
    meanwhile = [() => Promise.reject(new Error('unreadable'))]
    await expect(sessions.use('s1', async () => {})).rejects.toThrow('unreadable')
    await sessions.use('s1', async (live) => expect(live?.transcript.lastSeq).toBe(1))
    await sessions.close()
  })

  test('a deleted one is let go: at once, or when its last user leaves', async () => {
    const sessions = new LiveSessions(store)
    await sessions.use('s1', async (live) => {
      await temp.store.deleteSession('s1')
      sessions.forget('s1')
      expect(live?.deleted).toBe(true)
      await sessions.use('s1', async (gone) => expect(gone).toBeNull())
    })
    await createLog(store, 's2')
    await sessions.use('s2', async () => {})
    await temp.store.deleteSession('s2')
    sessions.forget('s2')
    await null
    expect({ size: sessions.size, watching }).toEqual({ size: 0, watching: 0 })
  })
})
