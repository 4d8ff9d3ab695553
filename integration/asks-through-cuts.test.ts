/**
 * A thousand `ask`s through proxies that cut at random, half of the clients over WebSocket and half where that is
 * blocked: every answer whole, and once.
 */
import { expect, test } from 'vitest'
import { openTcpProxy } from '../src/client/testing/tcp-proxy.ts'
import { keepEager, newGuest, openClient } from './harness/guest.ts'
import { seededRandom } from './harness/seeded-random.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const clients = 20
const asksEach = 50
const tokens = Array.from({ length: 40 }, (_, place) => `word${place} `)
const whole = tokens.join('')

test('G2, G5, C8: 1,000 asks through random cuts, over WebSocket and over HTTP: every answer whole, and once', async () => {
  const random = seededRandom('asks')
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.always({ tokens, pace: { firstTokenMs: 10, tokensPerSecond: 200 } })
  const env = { OPENROUTER_BASE_URL: simulator.url }
  await using server = await startServer({ dataDir: folder.path, env })
  const books = { asks: 0, whole: 0, once: 0, connections: 0, overHttp: 0 }

  async function converse(index: number): Promise<void> {
    const { token } = await newGuest(server.url)
    await using proxy = await openTcpProxy({ targetPort: server.port })
    const isBlocked = index % 2 === 1
    if (isBlocked) proxy.blockUpgrades('forbid')
    const url = `ws://127.0.0.1:${proxy.port}/trpc`
    await using opened = openClient({ url, token: () => token })
    const stopHurrying = keepEager(opened.client)
    const session = await opened.client.sessions.create()
    proxy.cutAfter(() => random.between(300, 6_000))
    proxy.cutAll()
    for (let number = 0; number < asksEach; number++) {
      const answer = session.ask(`${index}.${number}`)
      books.asks++
      let text = ''
      for await (const piece of answer) text += piece
      const { content } = await answer.done
      if (text === whole && content === whole) books.whole++
    }
    const now = opened.client.connection.getSnapshot()
    if (isBlocked && now.state === 'connected' && now.transport === 'sse') books.overHttp++
    books.connections += proxy.connections
    proxy.heal()
    stopHurrying()
    await using direct = openClient({ url: server.wsUrl, token: () => token })
    const { lastEventId } = await direct.client.session(session.sessionId).get()
    const last = Number(lastEventId.split('-').at(-1))
    const asked = new Map<string, number>()
    for await (const event of direct.client.session(session.sessionId).events()) {
      if (event.type === 'response') asked.set(event.replyTo, (asked.get(event.replyTo) ?? 0) + 1)
      if (event.seq >= last) break
    }
    expect(asked.size).toBe(asksEach)
    books.once += [...asked.values()].filter((count) => count === 1).length
  }

  await Promise.all(Array.from({ length: clients }, (_, index) => converse(index)))
  process.stdout.write(`asks: ${JSON.stringify(books)}\n`)
  expect(books).toMatchObject({ asks: 1000, whole: 1000, once: 1000 })
  expect(books.overHttp).toBeGreaterThan(0)
  expect(books.connections).toBeGreaterThan(1000)
})
