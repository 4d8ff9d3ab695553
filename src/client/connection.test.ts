import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type WebSocket as PeerSocket, WebSocketServer } from 'ws'
import { AgentConnection, type ConnectionOptions } from './connection.ts'
import { socketTimes } from './guarded-socket.ts'
import { systemClock } from './system-clock.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { openTcpProxy } from './testing/tcp-proxy.ts'
import { when } from './testing/when.ts'

async function openPeer(onConnection: (socket: PeerSocket) => void) {
  const peer = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  peer.on('connection', onConnection)
  await once(peer, 'listening')
  const address = peer.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  onTestFinished(() => {
    for (const socket of peer.clients) socket.terminate()
    peer.close()
  })
  return { peer, port: address.port, url: `ws://127.0.0.1:${address.port}` }
}

function connect(options: Pick<ConnectionOptions, 'url'> & Partial<ConnectionOptions>) {
  const connection = new AgentConnection({
    token: () => 'a-token',
    clock: systemClock,
    random: Math.random,
    times: socketTimes,
    onError: () => {},
    ...options,
  })
  onTestFinished(() => connection.close())
  return connection
}

test('C1: nothing is opened before the first use', async () => {
  let asked = 0
  const connection = connect({ url: 'ws://127.0.0.1:1', token: () => `${asked++}` })
  expect(connection.getSnapshot()).toEqual({ state: 'connecting' })
  await connection.close()
  expect(asked).toBe(0)
})

test('C1: a server that accepts and closes is not stormed: each wait is longer, until one lives 10 s', async () => {
  const clock = createManualClock()
  let stays = false
  let connections = 0
  const { url, peer } = await openPeer((socket) => {
    connections++
    if (!stays) socket.close(1001)
  })
  const connection = connect({ url, clock, random: () => 1 })
  connection.use()
  const waits: number[] = []
  for (let attempt = 1; attempt <= 8; attempt++) {
    const waiting = await when(
      connection,
      (it) => it.state === 'offline' && it.attempt === attempt && it.retryAt !== undefined,
    )
    if (waiting.state !== 'offline' || waiting.retryAt === undefined) throw new Error('not waiting')
    expect(connections).toBe(attempt)
    waits.push(waiting.retryAt - clock.now())
    stays = attempt === 8
    clock.advance(waiting.retryAt - clock.now())
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  await when(connection, ({ state }) => state === 'connected')
  clock.advance(10_000)
  // Lost after a long life it is not even called offline: the first retry is due at once.
  for (const socket of peer.clients) socket.close(1001)
  await when(connection, ({ state }) => state === 'connecting')
})

const notice = JSON.stringify({ id: null, method: 'reconnect' })

test('servers that are replaced soon after each other, and say so, are no failures', async () => {
  const clock = createManualClock()
  let connections = 0
  const { url, peer } = await openPeer(() => connections++)
  // After a failure one waits, whatever chance says; after a good connection one may not.
  const connection = connect({ url, clock, random: () => 0 })
  connection.use()
  await when(connection, ({ state }) => state === 'connected')
  for (let server = 1; server <= 5; server++) {
    clock.advance(2_000)
    for (const socket of peer.clients) socket.send(notice)
    await vi.waitFor(() => expect(connections).toBe(server + 1))
    expect(connection.getSnapshot().state).toBe('connected')
    await vi.waitFor(() => expect(peer.clients.size).toBe(1))
  }
})

test('C1: a server that sends everybody away as they come is not stormed', async () => {
  const clock = createManualClock()
  let connections = 0
  const { url } = await openPeer((socket) => {
    connections++
    socket.send(notice, () => socket.close(1012))
  })
  const connection = connect({ url, clock, random: () => 1 })
  connection.use()
  for (let attempt = 1; attempt <= 4; attempt++) {
    const waiting = await when(
      connection,
      (it) => it.state === 'offline' && it.attempt === attempt && it.retryAt !== undefined,
    )
    if (waiting.state !== 'offline' || waiting.retryAt === undefined) throw new Error('not waiting')
    expect(waiting.retryAt - clock.now()).toBe(500 * 2 ** (attempt - 1))
    expect(connections).toBe(attempt)
    clock.advance(waiting.retryAt - clock.now())
  }
})

test('retryNow ends the wait', async () => {
  const { url, port } = await openPeer(() => {})
  const proxy = await openTcpProxy({ targetPort: port })
  onTestFinished(() => proxy.close())
  proxy.refuse(true)
  const clock = createManualClock()
  const connection = connect({ url: url.replace(`${port}`, `${proxy.port}`), clock })
  connection.use()
  await when(connection, (it) => it.state === 'offline' && it.retryAt !== undefined)
  proxy.refuse(false)
  connection.retryNow()
  await when(connection, ({ state }) => state === 'connected')
})

test('a peer that vanishes without a word is found out, and left at once', async () => {
  const { port } = await openPeer(() => {})
  const proxy = await openTcpProxy({ targetPort: port })
  onTestFinished(() => proxy.close())
  const connection = connect({
    url: `ws://127.0.0.1:${proxy.port}`,
    times: { connectMs: 200, silenceMs: 50, answerMs: 50 },
  })
  connection.use()
  await when(connection, ({ state }) => state === 'connected')
  proxy.pause()
  await when(connection, ({ state }) => state === 'offline')
  proxy.resume()
  await when(connection, ({ state }) => state === 'connected')
})

test('a token that cannot be had shows as offline with its reason, and is asked for again', async () => {
  const { url } = await openPeer(() => {})
  let works = false
  const errors: unknown[] = []
  const connection = connect({
    url,
    token: async () => {
      if (!works) throw new Error('no identity provider')
      return 'a-token'
    },
    onError: (error) => errors.push(error),
  })
  connection.use()
  const offline = await when(connection, (it) => it.state === 'offline' && it.retryAt !== undefined)
  expect(offline).toMatchObject({ error: { reason: 'TOKEN_FAILED', retryable: true } })
  expect(errors[0]).toMatchObject({ message: 'Signing in failed: no identity provider' })
  works = true
  connection.retryNow()
  await when(connection, ({ state }) => state === 'connected')
})

test('the token is the connection parameter, never in the URL', async () => {
  const said = Promise.withResolvers<{ url: string; first: string }>()
  const { peer, url } = await openPeer(() => {})
  peer.on('connection', (socket, request) => {
    socket.once('message', (data) =>
      said.resolve({ url: request.url ?? '', first: data.toString() }),
    )
  })
  connect({ url: url.replace('ws:', 'http:') }).use()
  const { url: path, first } = await said.promise
  expect(path).not.toContain('a-token')
  expect(JSON.parse(first)).toEqual({ method: 'connectionParams', data: { token: 'a-token' } })
})
