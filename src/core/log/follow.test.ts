/** Following a log: replay, then live, without a seam, over the real store. */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AgentError } from '../errors.ts'
import type { DeltaEvent, EventBody, SessionEvent } from '../events.ts'
import { Transcript } from '../folds/transcript.ts'
import type { Store } from '../ports/store.ts'
import { type RandomLog, randomLog } from '../testing/random-log.ts'
import { bodyOf, createLog, openTempStore } from '../testing/temp-store.ts'
import { Follower } from './follow.ts'
import { SessionTails } from './tail.ts'

let temp: Awaited<ReturnType<typeof openTempStore>>
let store: Store
/** Watches that are open in the store. */
let watching = 0

beforeAll(async () => {
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
  }
})
afterAll(() => temp.close())

const timestamp = '2026-01-01T00:00:00.000Z'
const note: EventBody = { type: 'notification', level: 'info', content: 'News', timestamp }

function piece(offset: number, content: string): EventBody {
  const answer = { messageId: 'a', replyTo: 'q', attempt: 1 } as const
  return { type: 'delta', ...answer, offset, content, timestamp }
}

/** Follows from a number on, as the agent does. */
async function follow(tails: SessionTails, after: number, signal = new AbortController().signal) {
  const { tail, leave } = tails.enter('s1')
  const record = await store.getSession('s1')
  tail.knows(record?.lastSeq ?? 0)
  return new Follower({ store, sessionId: 's1', tail, after, signal, onEnd: leave })
}

async function take(follower: Follower, count: number): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  while (events.length < count) {
    const next = await follower.next()
    if (next.done) break
    events.push(next.value)
  }
  return events
}

/** A reader that pulls when it is told to, is cut off and comes back, and checks all that it is given. */
class Reader {
  readonly transcript = new Transcript()
  readonly #tails: SessionTails
  #allowed = 0
  #allow: () => void = () => {}
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #cursor = 0
  #reached: { seq: number; resolve: () => void } | null = null

  constructor(tails: SessionTails) {
    this.#tails = tails
  }

  start(): void {
    this.#stop = new AbortController()
    this.#running = this.#run(this.#stop.signal)
  }

  pull(count: number): void {
    this.#allowed += count
    this.#allow()
  }

  async cut(): Promise<void> {
    this.#stop.abort()
    this.#allow()
    await this.#running
  }

  /** Reads on until it has this number. */
  reaches(seq: number): Promise<void> {
    this.pull(Number.POSITIVE_INFINITY)
    if (this.#cursor >= seq) return Promise.resolve()
    return new Promise((resolve) => {
      this.#reached = { seq, resolve }
    })
  }

  async #run(signal: AbortSignal): Promise<void> {
    const follower = await follow(this.#tails, this.#cursor, signal)
    while (!signal.aborted) {
      if (this.#allowed <= 0) {
        await new Promise<void>((resolve) => {
          this.#allow = resolve
        })
        continue
      }
      this.#allowed--
      const next = await follower.next()
      if (next.done) return
      // G1, G2: nothing twice, nothing out of order.
      expect(next.value.seq).toBeGreaterThan(this.#cursor)
      this.#cursor = next.value.seq
      this.transcript.apply(next.value)
      if (this.#reached && this.#cursor >= this.#reached.seq) this.#reached.resolve()
    }
  }
}

async function append(log: RandomLog, from: number, count: number): Promise<number> {
  const events = log.events.slice(from, from + count).map(bodyOf)
  const response = events.find((event) => event.type === 'response')
  await store.append({
    sessionId: 's1',
    events,
    ...(response && { compact: { messageId: response.messageId } }),
  })
  return events.length
}

describe('random interleavings of appends and reads', () => {
  const who = fc.nat({ max: 3 })
  const deed = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.nat(6) }) },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('pull' as const), who, count: fc.nat(5) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), who }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  )

  test('G1, G2, G8, G9: no seam between replay and live, for readers that pull and are cut at random', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomLog,
        fc.array(deed, { size: 'max', maxLength: 60 }),
        async (log, deeds) => {
          const [first] = log.events
          await createLog(store, 's1', first ? [bodyOf(first)] : [])
          const tails = new SessionTails(store)
          const readers = Array.from({ length: 4 }, () => new Reader(tails))
          for (const reader of readers) reader.start()
          let written = 1
          const writes: Promise<unknown>[] = []
          for (const each of deeds) {
            if (each.do === 'append') {
              const count = Math.min(each.count, log.events.length - written)
              if (count > 0) writes.push(append(log, written, count))
              written += count
            } else if (each.do === 'settle') {
              await Promise.all(writes)
            } else {
              const reader = readers[each.who]
              if (each.do === 'pull') reader?.pull(each.count)
              else await reader?.cut().then(() => reader.start())
            }
          }
          for (; written < log.events.length; written++) writes.push(append(log, written, 1))
          await Promise.all(writes)

          const whole = new Transcript()
          for (const event of log.events) whole.apply(event)
          for (const reader of readers) {
            await reader.reaches(log.events.length)
            expect(reader.transcript.items).toEqual(whole.items)
            expect(reader.transcript.queue).toEqual(whole.queue)
          }
          await Promise.all(readers.map((reader) => reader.cut()))
          expect({ readers: tails.readers, watching }).toEqual({ readers: 0, watching: 0 })
          await store.deleteSession('s1')
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a follower', () => {
  beforeEach(() => createLog(store, 's1', [note, note, note]))
  afterEach(async () => {
    await store.deleteSession('s1')
    vi.useRealTimers()
    expect(watching).toBe(0)
  })

  test('waits without a timer, and is woken by a commit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] })
    const follower = await follow(new SessionTails(store), 3)
    const next = follower.next()
    expect(vi.getTimerCount()).toBe(0)
    await store.append({ sessionId: 's1', events: [note] })
    expect((await next).value?.id).toBe('e1-4')
    await follower.return()
  })

  test('G10: one that did not read gets what it missed merged', async () => {
    const tails = new SessionTails(store)
    const slow = await follow(tails, 3)
    const eager = await follow(tails, 3)
    const words = Array.from({ length: 400 }, (_, n) => `w${n} `)
    let offset = 0
    for (const word of words) {
      const committed = store.append({ sessionId: 's1', events: [piece(offset, word)] })
      expect((await eager.next()).value?.content).toBe(word)
      await committed
      offset += word.length
    }
    const [all] = await take(slow, 1)
    expect(all).toMatchObject({ seq: 403, offset: 0, content: words.join('') })
    await Promise.all([slow.return(), eager.return()])
  })

  test('G10: what one holds that does not read is bounded, whatever is committed meanwhile', async () => {
    const follower = await follow(new SessionTails(store), 0)
    await take(follower, 1)
    let offset = 0
    for (let batch = 0; batch < 30; batch++) {
      const events = Array.from({ length: 100 }, (_, n) => piece(offset + n * 200, 'x'.repeat(200)))
      await store.append({ sessionId: 's1', events })
      offset += 100 * 200
    }
    await take(follower, 2)
    // What it is given then comes in reads of the store, each of a bounded size.
    const lengths: number[] = []
    for (let got = 0; got < offset; ) {
      const [event] = await take(follower, 1)
      lengths.push(event?.content.length ?? 0)
      got += event?.content.length ?? Number.NaN
    }
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024)
    expect(lengths.length).toBeGreaterThan(1)
    await follower.return()
  })

  test('ends when it is aborted while it waits', async () => {
    const tails = new SessionTails(store)
    const stop = new AbortController()
    const follower = await follow(tails, 3, stop.signal)
    const next = follower.next()
    stop.abort()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(tails.readers).toBe(0)
  })

  test('holds nothing once it is aborted, also where nobody pulls any more', async () => {
    const tails = new SessionTails(store)
    const stop = new AbortController()
    const follower = await follow(tails, 0, stop.signal)
    await take(follower, 1)
    stop.abort()
    expect({ readers: tails.readers, watching }).toEqual({ readers: 0, watching: 0 })
    expect((await follower.next()).done).toBe(true)
    const late = await follow(tails, 0, stop.signal)
    expect(tails.readers).toBe(0)
    expect((await late.next()).done).toBe(true)
  })

  test('can be left in the middle, and by two at once', async () => {
    const tails = new SessionTails(store)
    const follower = await follow(tails, 3)
    const next = follower.next()
    await Promise.all([follower.return(), follower.return()])
    expect((await next).done).toBe(true)
    expect(tails.readers).toBe(0)
    for await (const event of await follow(tails, 0)) if (event.seq === 2) break
    expect(tails.readers).toBe(0)
  })

  test('ends when the session is deleted', async () => {
    const tails = new SessionTails(store)
    const [waiting, behind] = [await follow(tails, 3), await follow(tails, 0)]
    await take(behind, 1)
    const next = waiting.next()
    await store.deleteSession('s1')
    expect((await next).done).toBe(true)
    // It has read two more already, and is told no lie about them.
    expect((await take(behind, 9)).length).toBe(2)
    expect(tails.readers).toBe(0)
  })

  test('a read that fails is thrown, and leaves nothing behind', async () => {
    const tails = new SessionTails(store)
    const { tail, leave } = tails.enter('s1')
    tail.knows(3)
    const broken: Store = {
      ...store,
      read: () => Promise.reject(new AgentError('STORE_UNAVAILABLE')),
    }
    const { signal } = new AbortController()
    const input = { store: broken, sessionId: 's1', tail, after: 0, signal, onEnd: leave }
    await expect(new Follower(input).next()).rejects.toThrow(AgentError)
    expect({ readers: tails.readers, watching }).toEqual({ readers: 0, watching: 0 })
  })

  test('waits for the bell where the log has less than was announced, instead of looking for ever', async () => {
    const tails = new SessionTails(store)
    const { tail, leave } = tails.enter('s1')
    tail.knows(3)
    let reads = 0
    const short: Store = {
      ...store,
      read: () => {
        if (++reads > 100) throw new Error('it looks again and again')
        return Promise.resolve([])
      },
    }
    const { signal } = new AbortController()
    const input = { store: short, sessionId: 's1', tail, after: 0, signal, onEnd: leave }
    const follower = new Follower(input)
    const next = follower.next()
    // A round of the event loop: more than it needs to look a hundred times.
    await store.append({ sessionId: 's1', events: [] })
    expect(reads).toBe(1)
    await follower.return()
    expect((await next).done).toBe(true)
  })

  test.each([
    ['a commit', () => store.append({ sessionId: 's1', events: [note] }), false],
    ['the deletion', () => store.deleteSession('s1'), true],
  ])('hears of %s that comes while it reads the store', async (_what, act, done) => {
    const tails = new SessionTails(store)
    const { tail, leave } = tails.enter('s1')
    // Announced, and not to be read yet: a store in another process may be late by a moment.
    tail.knows(3)
    let reads = 0
    const late: Store = {
      ...store,
      async read(input) {
        if (++reads > 1) return store.read(input)
        await act()
        return []
      },
    }
    const { signal } = new AbortController()
    const input = { store: late, sessionId: 's1', tail, after: 2, signal, onEnd: leave }
    const follower = new Follower(input)
    expect((await follower.next()).done ?? false).toBe(done)
    await follower.return()
  })

  test('G9, E5: an answer that ends before a reader pulls is given as one response', async () => {
    const follower = await follow(new SessionTails(store), 3)
    await store.append({ sessionId: 's1', events: [piece(0, 'Hel'), piece(3, 'lo')] })
    const answer = { messageId: 'a', replyTo: 'q', attempt: 1, model: 'm' } as const
    const response: EventBody = {
      type: 'response',
      ...answer,
      finishReason: 'stop',
      content: 'Hello',
      timestamp,
    }
    await store.append({ sessionId: 's1', events: [response], compact: { messageId: 'a' } })
    expect(await take(follower, 1)).toMatchObject([{ type: 'response', seq: 6, content: 'Hello' }])
    await follower.return()
  })

  test('E5: merged deltas carry the number of the last, and the reader resumes behind it', async () => {
    const tails = new SessionTails(store)
    await store.append({ sessionId: 's1', events: [piece(0, 'ab'), piece(2, 'cd')] })
    const one = await follow(tails, 3)
    const [merged] = (await take(one, 1)) as DeltaEvent[]
    expect(merged).toMatchObject({ seq: 5, offset: 0, content: 'abcd' })
    await one.return()
    const again = await follow(tails, merged?.seq ?? 0)
    await store.append({ sessionId: 's1', events: [piece(4, 'e')] })
    expect(await take(again, 1)).toMatchObject([{ seq: 6, offset: 4, content: 'e' }])
    await again.return()
  })
})
