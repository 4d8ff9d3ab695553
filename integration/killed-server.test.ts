/**
 * `kill -9` of the agent server in the middle of answers, and a new start on its data and its port: 50
 * times, in two tracks side by side. Clients and bare readers live through all of it.
 */
import { expect, test } from 'vitest'
import type { SessionHandle } from '../src/client/index.ts'
import { connected, newGuest, openClient } from './harness/guest.ts'
import { freePort } from './harness/ports.ts'
import { type Reader, readRaw, readThroughClient, readWholeLog } from './harness/readers.ts'
import { seededRandom, someTokens } from './harness/seeded-random.ts'
import { takenBack } from './harness/seen-means-kept.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const tracks = 2
const killsEach = 25
const sessionsEach = 4
const pace = { firstTokenMs: 20, tokensPerSecond: 100 }
const atOnce = { firstTokenMs: 0, tokensPerSecond: 0 }

/** A query that was sent: whether it was acknowledged is known when the server is dead. */
interface Asked {
  id: string
  content: string
  acknowledged: boolean
  reply: Promise<unknown>
}

interface Talk {
  session: SessionHandle
  reader: Reader
  raw: Reader
  asked: Asked[]
}

test('G3, G4, G5, G7: kill -9 in the middle of an answer, 50 times: acknowledged queries are there, turns end, nothing seen is gone', async () => {
  const random = seededRandom('kills')
  const books = { kills: 0, queries: 0, acknowledged: 0, given: 0, restarted: 0, takenBack: 0 }

  async function track(name: string): Promise<void> {
    await using folder = await openTempFolder()
    await using simulator = await startSimulator()
    const port = await freePort()
    const start = () => {
      const env = { OPENROUTER_BASE_URL: simulator.url }
      return startServer({ dataDir: folder.path, port, env })
    }
    let server: ServerProcess = await start()
    await using opened = new AsyncDisposableStack()
    opened.defer(() => server.kill())
    const { token } = await newGuest(server.url)
    const { client } = opened.use(openClient({ url: server.wsUrl, token: () => token }))
    let running: PromiseWithResolvers<void> | null = null
    const beforeReturn = async () => running?.promise
    const talks: Talk[] = []
    for (let index = 0; index < sessionsEach; index++) {
      const session = await client.sessions.create()
      const { sessionId } = session
      const raw = readRaw({ wsUrl: server.wsUrl, token, sessionId, beforeReturn })
      const reader = opened.use(readThroughClient(session))
      talks.push({ session, reader, raw: opened.use(raw), asked: [] })
    }

    function ask({ session, asked }: Talk, content: string): Asked {
      const id = crypto.randomUUID()
      const query: Asked = {
        id,
        content,
        acknowledged: false,
        reply: session.send(content, { id }),
      }
      query.reply.then(
        () => {
          query.acknowledged = true
        },
        () => {},
      )
      asked.push(query)
      books.queries++
      return query
    }

    /** Nothing that anyone was given, and nothing that was acknowledged, is gone. */
    async function check({ session, reader, raw, asked }: Talk, given: number[]): Promise<void> {
      const log = await readWholeLog(session)
      for (const [place, { events }] of [reader.log, raw.log].entries()) {
        const before = events.slice(0, given[place])
        const gone = takenBack(before, log)
        books.takenBack += gone.length
        expect(gone).toEqual([])
      }
      for (const { id, content, acknowledged } of asked) {
        const found = log.events.filter((it) => it.type === 'query' && it.messageId === id)
        if (acknowledged) expect(found).toMatchObject([{ content }])
        else expect(found.length).toBeLessThanOrEqual(1)
      }
    }

    let kills = 0
    for (let round = 0; kills < killsEach; round++) {
      const first = someTokens(`${name}.${round}.first`, random.between(60, 100))
      const second = someTokens(`${name}.${round}.second`, random.between(20, 60))
      await simulator.reset()
      await simulator.always({ tokens: first, pace })
      const queries = talks.map((talk, index) => ask(talk, `${name}, ${round}, ${index}`))
      // One of the sessions has a second query that waits.
      const busy = talks[random.between(0, talks.length - 1)]
      if (busy) queries.push(ask(busy, `${name}, ${round}, waiting`))

      // The moment: so many events after the query of one of them. Sometimes before it is acknowledged.
      const watched = talks[random.between(0, talks.length - 1)]
      if (!watched) throw new Error('no session')
      const { events } = watched.reader.log
      const target = events.length + random.between(0, 16)
      const query = queries[talks.indexOf(watched)]
      await Promise.race([
        watched.reader.log.until(() => events.length >= target),
        watched.reader.log.end(query?.id ?? ''),
      ])
      const returning = Promise.withResolvers<void>()
      running = returning
      const middle = !watched.reader.log.ends().has(query?.id ?? '')
      await server.kill()
      if (middle) kills++
      const acknowledged = talks.map(({ asked }) => asked.map((it) => it.acknowledged))
      const given = talks.map(({ reader, raw }) => [reader, raw].map((it) => it.log.events.length))

      // The answers begin anew, but say nothing yet: the log stands while it is looked at.
      await simulator.reset()
      await simulator.always({ tokens: second, hold: 'headers', pace: atOnce })
      server = await start()
      returning.resolve()
      await connected(client)
      for (const [index, talk] of talks.entries()) {
        const asked = talk.asked.map((it, place) => {
          return { ...it, acknowledged: acknowledged[index]?.[place] ?? false }
        })
        await check({ ...talk, asked }, given[index] ?? [])
      }
      await simulator.always({ tokens: second, pace: atOnce })
      await simulator.releaseAll()

      await Promise.all(queries.map(({ reply }) => reply))
      for (const { reader, raw, asked } of talks) {
        for (const { id } of asked) {
          const [end] = await Promise.all([reader.log.end(id), raw.log.end(id)])
          if (!queries.some((it) => it.id === id)) continue
          expect(end).toMatchObject({ type: 'response', finishReason: 'stop' })
          const again = end.attempt === 2
          if (again) books.restarted++
          else expect(end.attempt).toBe(1)
          const scripts = again ? [second] : [first, second]
          expect(scripts.map((script) => script.join(''))).toContain(end.content)
        }
      }
    }

    for (const { session, reader, raw, asked } of talks) {
      const truth = await readWholeLog(session)
      for (const { log } of [reader, raw]) {
        await log.reached(truth.lastSeq)
        expect(log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
        expect(log.missing(truth)).toEqual([])
        expect(log.items).toEqual(truth.items)
        const ends = log.ends()
        expect([...ends.keys()].toSorted()).toEqual(asked.map(({ id }) => id).toSorted())
        for (const each of ends.values()) expect(each).toHaveLength(1)
      }
      books.acknowledged += asked.filter((it) => it.acknowledged).length
      books.given += reader.log.events.length + raw.log.events.length
    }
    books.kills += kills
  }

  await Promise.all(Array.from({ length: tracks }, (_, index) => track(`track-${index}`)))
  process.stdout.write(`kills: ${JSON.stringify(books)}\n`)
  expect(books).toMatchObject({ kills: 50, takenBack: 0 })
  expect(books.acknowledged).toBe(books.queries)
  expect(books.restarted).toBeGreaterThanOrEqual(50)
})
