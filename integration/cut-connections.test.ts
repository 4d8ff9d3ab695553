/**
 * The network cuts connections, again and again, at any byte: of the client, which asks and reads, and of
 * a bare reader that resumes by the last id. A reader that never left knows the truth.
 */
import { expect, test } from 'vitest'
import type { AgentClient } from '../src/client/index.ts'
import { openTcpProxy, type TcpProxy } from '../src/client/testing/tcp-proxy.ts'
import type { EventLog } from './harness/event-log.ts'
import { connected, keepEager, newGuest, noHttp, openClient } from './harness/guest.ts'
import { readRaw, readThroughClient } from './harness/readers.ts'
import { ScriptedQueries } from './harness/scripted-queries.ts'
import { type SeededRandom, seededRandom, someTokens } from './harness/seeded-random.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const sessions = 10
const answersEach = 10
const cutsPerAnswer = 10
const pace = { firstTokenMs: 20, tokensPerSecond: 100 }

test('G1, G2, G5: 1,000 random cuts during 100 answers: 0 events lost, 0 doubled, 0 out of order', async () => {
  const random = seededRandom('cuts')
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  const env = { OPENROUTER_BASE_URL: simulator.url }
  await using server = await startServer({ dataDir: folder.path, env })
  const { token } = await newGuest(server.url)
  const queries = new ScriptedQueries(simulator)
  await using direct = openClient({ url: server.wsUrl, token: () => token })
  const books = { answers: 0, cuts: 0, rawCuts: 0, lost: 0, doubled: 0, outOfOrder: 0, resets: 0 }

  /** What a reader that was cut got wrong, against one that never left. */
  function compare(truth: EventLog, cut: EventLog): void {
    const { doubled, outOfOrder, resets } = cut.disorder()
    books.doubled += doubled
    books.outOfOrder += outOfOrder
    books.resets += resets
    books.lost += cut.missing(truth).length
    expect(cut.items).toEqual(truth.items)
  }

  async function converse(name: string): Promise<void> {
    const { sessionId } = await direct.client.sessions.create()
    using truth = readThroughClient(direct.client.session(sessionId))
    await using proxy = await openTcpProxy({ targetPort: server.port })
    await using rawProxy = await openTcpProxy({ targetPort: server.port })
    const url = `ws://127.0.0.1:${proxy.port}/trpc`
    await using cut = openClient({ url, token: () => token, fetch: noHttp })
    const { client } = cut
    const stopHurrying = keepEager(client)
    const cuts = countCuts(client)
    const session = client.session(sessionId)
    using reader = readThroughClient(session)
    using raw = readRaw({
      wsUrl: `ws://127.0.0.1:${rawProxy.port}/trpc`,
      token,
      sessionId,
      beforeReturn: async () => {},
    })

    for (let answer = 0; answer < answersEach; answer++) {
      const id = crypto.randomUUID()
      const query = `${name}, question ${answer}`
      const script = someTokens(`${name}.${answer}`, random.between(60, 120))
      const hold = random.between(40, script.length - 1)
      const { arrival } = await queries.expect(query, { tokens: script, hold, pace })
      const before = cuts.count
      for (const each of [proxy, rawProxy]) cutAnywhere(each, random)
      const sent = session.send(query, { id })
      const { number, tokens } = await arrival
      // Until it stands, bytes decide; what is left of the ten comes one by one.
      await simulator.held(number)
      while (cuts.count - before < cutsPerAnswer) {
        await connected(client)
        if (random() < 0.5)
          await client
            .session(sessionId)
            .get()
            .catch(() => {})
        proxy.cutAll()
        rawProxy.cutAll()
        await cuts.lost()
      }
      await simulator.release(number)
      await Promise.all([sent, truth.log.end(id), reader.log.end(id), raw.log.end(id)])
      books.cuts += cuts.count - before
      const ends = reader.log.ends().get(id) ?? []
      expect(ends).toMatchObject([{ type: 'response', content: tokens.join(''), attempt: 1 }])
      books.answers++
    }

    for (const each of [proxy, rawProxy]) each.cutAfter(null)
    stopHurrying()
    const { lastEventId } = await direct.client.session(sessionId).get()
    const last = Number(lastEventId.split('-').at(-1))
    const logs = [truth.log, reader.log, raw.log]
    await Promise.all(logs.map((log) => log.reached(last)))
    expect(truth.log.events.filter(({ type }) => type === 'query')).toHaveLength(answersEach)
    compare(truth.log, reader.log)
    compare(truth.log, raw.log)
    books.rawCuts += rawProxy.connections - 1
  }

  await Promise.all(Array.from({ length: sessions }, (_, index) => converse(`talk-${index}`)))
  process.stdout.write(`cuts: ${JSON.stringify(books)}\n`)
  expect(books.cuts).toBeGreaterThanOrEqual(1000)
  expect(books.rawCuts).toBeGreaterThanOrEqual(1000)
  expect(books).toMatchObject({ answers: 100, lost: 0, doubled: 0, outOfOrder: 0, resets: 0 })
})

/** Cuts each connection after a random number of bytes: mostly soon, now and then late enough for a long event. */
function cutAnywhere(proxy: TcpProxy, random: SeededRandom): void {
  proxy.cutAfter(() => (random() < 0.8 ? random.between(1, 1500) : random.between(1500, 12_000)))
}

/** Counts how often an open connection of the client was lost. */
function countCuts({ connection }: AgentClient) {
  let count = 0
  let open = false
  const waiting = new Set<() => void>()
  connection.subscribe(() => {
    const isOpen = connection.getSnapshot().state === 'connected'
    if (open && !isOpen) count++
    open = isOpen
    for (const wake of [...waiting]) wake()
  })
  return {
    get count() {
      return count
    },
    /** Resolves when the connection is not open. */
    lost: () =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (connection.getSnapshot().state === 'connected') return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}
