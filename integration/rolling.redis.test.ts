/**
 * A rolling restart: three servers on one Redis behind a real proxy, replaced one after another while people read
 * their answers. Nobody loses or doubles anything, and no answer is paid for twice, since each may end.
 */
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newSession, openPeer } from '../src/server/testing/socket-peer.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { freePort } from './harness/ports.ts'
import { proxyNames, startProxy } from './harness/proxy-process.ts'
import { type Reader, readThroughClient } from './harness/readers.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { openSharedServers } from './harness/shared-servers.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const sessions = 30
const tokens = Array.from({ length: 100 }, (_, index) => `part-${index} `)

test.each(proxyNames)(
  'W7, W9, G2: behind %s, three servers are replaced under streaming sessions',
  async (name) => {
    await using opened = new AsyncDisposableStack()
    const shared = opened.use(await openSharedServers())
    const folder = opened.use(await openTempFolder())
    const pace = { firstTokenMs: 0, tokensPerSecond: 10 }
    await shared.simulator.always({ tokens, pace })
    const env = {
      OPENROUTER_BASE_URL: shared.simulator.url,
      REDIS_URL: shared.redis.url,
      AUTH_SECRET: 'of all servers of this test '.repeat(2),
      TRUST_PROXY: '127.0.0.1',
      // Longer than an answer: each may end where it began.
      DRAIN_TIMEOUT: '60',
    }
    const start = (port: number) => startServer({ dataDir: folder.path, port, env })
    const ports = [await freePort(), await freePort(), await freePort()]
    const servers: ServerProcess[] = []
    opened.defer(async () => {
      await Promise.all(servers.map((server) => server.kill()))
    })
    for (const port of ports) servers.push(await start(port))
    const proxy = opened.use(await startProxy(name, { agents: ports, web: await freePort() }))
    const { ca } = proxy
    class TrustingSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols, { ca })
      }
    }

    const [first] = servers
    if (!first) throw new Error('no server')
    const talks = await Promise.all(
      Array.from({ length: sessions }, async () => {
        const { token } = await newGuest(first.url)
        const { client } = opened.use(
          openClient({
            url: `wss://127.0.0.1:${proxy.port}/trpc`,
            token: () => token,
            WebSocket: TrustingSocket as unknown as typeof globalThis.WebSocket,
          }),
        )
        const session = await client.sessions.create()
        const reader = opened.use(readThroughClient(session))
        const silence = watchSilence(reader)
        const { messageId } = await session.send('Go')
        return { client, session, reader, silence, messageId }
      }),
    )
    await Promise.all(talks.map(({ reader }) => reader.log.until(({ type }) => type === 'delta')))

    // Each is stopped and its successor started; answers run meanwhile.
    for (const [index, port] of ports.entries()) {
      const old = servers[index]
      if (!old) throw new Error('no server')
      const exit = await old.stop()
      expect(exit).toMatchObject({ code: 0, signal: null })
      servers[index] = await start(port)
      await Promise.all(talks.map(async ({ reader, messageId }) => reader.log.end(messageId)))
      for (const talk of talks) {
        const end = await talk.reader.log.end(talk.messageId)
        expect(end).toMatchObject({ type: 'response', attempt: 1, content: tokens.join('') })
        talk.messageId = (await talk.session.send(`Again, ${index}`)).messageId
      }
    }
    await Promise.all(talks.map(({ reader, messageId }) => reader.log.end(messageId)))

    const silences = talks.map(({ silence }) => silence.longestMs()).toSorted((a, b) => a - b)
    for (const { reader } of talks) {
      expect(reader.log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
      expect([...reader.log.ends().values()].map((ends) => ends.map((end) => end.type))).toEqual(
        Array(ports.length + 1).fill(['response']),
      )
    }
    expect(await shared.simulator.requests()).toHaveLength(sessions * (ports.length + 1))
    const at = (part: number) => Math.round(silences[Math.floor((silences.length - 1) * part)] ?? 0)
    process.stdout.write(
      `rolling behind ${name}: longest silence of an answer ${at(0.5)} ms (median of readers), ${at(1)} ms (worst)\n`,
    )
  },
)

/** The longest time between two pieces of one answer. */
function watchSilence({ log }: Reader): { longestMs(): number } {
  let longestMs = 0
  let last: { answer: string; atMs: number } | null = null
  void log
    .until((event) => {
      if (event.type === 'delta') {
        const atMs = performance.now()
        if (last?.answer === event.messageId) longestMs = Math.max(longestMs, atMs - last.atMs)
        last = { answer: event.messageId, atMs }
      }
      return false
    })
    .catch(() => undefined)
  return { longestMs: () => longestMs }
}

test('W9: where servers share a store, clients are told while the answer goes on, and it ends there', async () => {
  await using shared = await openSharedServers()
  await shared.simulator.always({ tokens: ['one ', 'two'], hold: 1, pace: { firstTokenMs: 0 } })
  const [old, other] = [await shared.start({ DRAIN_TIMEOUT: '60' }), await shared.start()]
  const { token } = await newGuest(old.url)
  await using peer = await openPeer(old.wsUrl, { token })
  const sessionId = await newSession(peer)
  const id = crypto.randomUUID()
  await peer.call('mutation', 'agent.query', { sessionId, id, content: 'Go' })
  await shared.simulator.held(1)
  const exit = old.stop()
  await peer.until(({ method }) => method === 'reconnect')
  expect((await shared.simulator.request(1)).state).toBe('holding')
  expect((await fetch(`${old.url}/readyz`)).status).toBe(503)

  await using mine = openClient({ url: other.wsUrl, token: () => token })
  using reader = readThroughClient(mine.client.session(sessionId))
  await reader.log.until(({ type }) => type === 'delta')
  await shared.simulator.release(1)
  expect(await reader.log.end(id)).toMatchObject({ content: 'one two', attempt: 1 })
  expect(await exit).toMatchObject({ code: 0, signal: null })
})

test.each(proxyNames)(
  'W7: behind %s, everybody comes in at once after each server was away for a moment',
  async (name) => {
    await using opened = new AsyncDisposableStack()
    const shared = opened.use(await openSharedServers())
    const folder = opened.use(await openTempFolder())
    const env = {
      OPENROUTER_BASE_URL: shared.simulator.url,
      REDIS_URL: shared.redis.url,
      AUTH_SECRET: 'of all servers of this test '.repeat(2),
      TRUST_PROXY: '127.0.0.1',
    }
    const agents = [await freePort(), await freePort(), await freePort()]
    const start = async (port: number) =>
      opened.use(await startServer({ dataDir: folder.path, port, env }))
    let servers: ServerProcess[] = []
    for (const port of agents) servers.push(await start(port))
    const { openPort } = opened.use(await startProxy(name, { agents, web: await freePort() }))
    const sockets: WebSocket[] = []
    opened.defer(() => {
      for (const socket of sockets) socket.terminate()
    })
    const enter = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${openPort}/trpc`)
        sockets.push(socket)
        socket.on('open', () => resolve('in'))
        socket.on('error', ({ message }) => resolve(message))
      })
    const enough = Array.from({ length: 60 })
    for (const [index, server] of servers.entries()) {
      await server.kill()
      // The proxy finds out, in each of its workers, by who comes meanwhile. HAProxy gives some of them a 503.
      await Promise.all(enough.map(enter))
      servers = servers.with(index, await start(server.port))
      // Whoever asks first after it is noticed gets in: only then is the next one taken away.
      while ((await enter()) !== 'in');
    }
    // They stay, as people do: a proxy that waits for one to go before it trusts a server waits for long.
    expect(new Set(await Promise.all(enough.map(enter)))).toEqual(new Set(['in']))
  },
)
