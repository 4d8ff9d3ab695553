/**
 * 1,000 readers, each with a connection of its own, lose them all at once in the middle of their answers,
 * and come back as the client comes back. A reader that never left knows the truth.
 */
import { expect, test } from 'vitest'
import { openTcpProxy } from '../src/client/testing/tcp-proxy.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { readThroughClient } from './harness/readers.ts'
import { seededRandom } from './harness/seeded-random.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const sessions = 100
const readersEach = 10
const tokens = Array.from({ length: 80 }, (_, index) => `token-${index} `)
const pace = { firstTokenMs: 50, tokensPerSecond: 10 }

test('G2, G9: 1,000 readers dropped at once in the middle of their answers all catch up: 0 events lost, 0 doubled', async () => {
  const random = seededRandom('dropped')
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.always({ tokens, pace })
  const env = { OPENROUTER_BASE_URL: simulator.url }
  await using server = await startServer({ dataDir: folder.path, env })
  await using proxy = await openTcpProxy({ targetPort: server.port })
  const { token } = await newGuest(server.url)
  await using direct = openClient({ url: server.wsUrl, token: () => token })
  await using opened = new AsyncDisposableStack()

  const talks = await Promise.all(
    Array.from({ length: sessions }, async () => {
      const session = await direct.client.sessions.create()
      const truth = opened.use(readThroughClient(session))
      const readers = Array.from({ length: readersEach }, () => {
        const url = `ws://127.0.0.1:${proxy.port}/trpc`
        const { client } = opened.use(openClient({ url, token: () => token }))
        return opened.use(readThroughClient(client.session(session.sessionId)))
      })
      await Promise.all([truth, ...readers].map(({ log }) => log.reached(1)))
      return { session, truth, readers, id: crypto.randomUUID() }
    }),
  )
  await Promise.all(talks.map(({ session, id }) => session.send('Go', { id })))

  // Somewhere in the middle: each session is at another place by then.
  const afterDeltas = random.between(15, 40)
  await Promise.all(
    talks.map(async ({ truth }) => {
      let deltas = 0
      await truth.log.until(({ type }) => type === 'delta' && ++deltas >= afterDeltas)
    }),
  )
  expect(talks.filter(({ truth, id }) => truth.log.ends().has(id))).toEqual([])
  const connections = proxy.connections
  const behind = talks.flatMap(({ truth, readers }) => {
    const seq = truth.log.lastSeq
    return readers.map(({ log }) => ({ log, given: log.events.length, seq }))
  })
  const droppedAtMs = performance.now()
  proxy.cutAll()
  const caughtUpMs = await Promise.all(
    behind.map(async ({ log, given, seq }) => {
      // New events, for what the reader had before the cut says nothing.
      await log.until((event) => event.seq >= seq && log.events.length > given)
      return performance.now() - droppedAtMs
    }),
  )
  await Promise.all(
    talks.flatMap(({ truth, readers, id }) => [truth, ...readers].map(({ log }) => log.end(id))),
  )

  const books = { caughtUp: 0, lost: 0, doubled: 0, outOfOrder: 0, resets: 0 }
  for (const { truth, readers, id, session } of talks) {
    const last = Number((await session.get()).lastEventId.split('-').at(-1))
    for (const { log } of [truth, ...readers]) {
      await log.reached(last)
      expect(log.ends().get(id)).toMatchObject([{ type: 'response', content: tokens.join('') }])
    }
    for (const { log } of readers) {
      const { doubled, outOfOrder, resets } = log.disorder()
      books.doubled += doubled
      books.outOfOrder += outOfOrder
      books.resets += resets
      books.lost += log.missing(truth.log).length
      expect(log.items).toEqual(truth.log.items)
      books.caughtUp++
    }
  }
  const sorted = caughtUpMs.toSorted((a, b) => a - b)
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((ms) =>
    Math.round(ms ?? Number.NaN),
  )
  process.stdout.write(`dropped: caught up after ${median} ms (median), ${most} ms (last), `)
  process.stdout.write(`cut after ${afterDeltas} deltas, ${JSON.stringify(books)}\n`)
  expect(proxy.connections).toBeGreaterThanOrEqual(connections + sessions * readersEach)
  expect(books).toEqual({ caughtUp: 1000, lost: 0, doubled: 0, outOfOrder: 0, resets: 0 })
})
