/** Contract section 7 on the real process: answers, cuts, a kill, a cancel, and readers that do not read. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTcpProxy } from '../src/client/testing/tcp-proxy.ts'
import { metric } from '../src/server/testing/metric.ts'
import { openPlainPeer, type PlainFrame, type PlainPeer } from '../src/server/testing/plain-peer.ts'
import { newGuest } from './harness/guest.ts'
import { seededRandom } from './harness/seeded-random.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const stack = new AsyncDisposableStack()
let server: ServerProcess
let simulator: SimulatorProcess
let dataDir: string
beforeAll(async () => {
  simulator = stack.use(await startSimulator())
  const folder = stack.use(await openTempFolder())
  dataDir = folder.path
  const env = { OPENROUTER_BASE_URL: simulator.url }
  server = stack.use(await startServer({ dataDir, env }))
})
afterAll(() => stack.disposeAsync())

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
const isLogged = (frame: PlainFrame) => frame.seq !== undefined
const seqOf = (frame: PlainFrame) => frame.seq ?? 0

/** The text of an answer, as the frames told it: its end may overtake deltas that were waiting. */
function textOf(frames: readonly PlainFrame[], queryId: string): string {
  let text = ''
  for (const frame of frames) {
    if (frame.type === 'delta' && frame.replyTo === queryId) {
      text = text.slice(0, Number(frame.offset)) + frame.content
    }
    if (frame.type === 'response' && frame.replyTo === queryId) {
      expect(frame.content.startsWith(text)).toBe(true)
      text = frame.content
    }
  }
  return text
}

test('E4, E7: an answer is its deltas, then one response, over one connection', async () => {
  await simulator.reset()
  const tokens = ['Grüße, ', '😀', ' und ', 'Ende.']
  await simulator.next({ tokens, hold: 2, pace })
  const { token } = await newGuest(server.url)
  await using peer = await openPlainPeer(server.wsUrl, { token })
  const id = randomUUID()
  peer.send({ type: 'query', id, content: 'Sag etwas.' })
  await peer.ofType('delta')
  await simulator.release(1)
  await peer.until((it) => it.type === 'status' && it.state === 'idle')
  expect(textOf(peer.frames, id)).toBe(tokens.join(''))
  const logged = peer.frames.filter(isLogged)
  expect(logged.map(seqOf)).toEqual(logged.map((_, index) => index + 1))
  expect(logged.filter((it) => it.type === 'response')).toHaveLength(1)
})

test('J6: a cancel has its receipt, and no delta comes after it', async () => {
  await simulator.reset()
  await simulator.next({ size: 1000, hold: 3, pace })
  const { token } = await newGuest(server.url)
  await using peer = await openPlainPeer(server.wsUrl, { token })
  peer.send({ type: 'query', content: 'Go on and on.' })
  await peer.ofType('delta')
  peer.send({ type: 'query', content: '/cancel' })
  const ack = await peer.until((it) => it.reply?.outcome === 'cancelled')
  expect(ack.reply).toMatchObject({ upstreamAborted: true })
  const response = await peer.ofType('response')
  expect(response).toMatchObject({ finishReason: 'cancelled' })
  await peer.until((it) => it.type === 'status' && it.state === 'idle')
  const deltas = peer.frames.filter((it) => it.type === 'delta')
  expect(Math.max(...deltas.map(seqOf))).toBeLessThanOrEqual(Number(ack.reply?.lastSeq))
})

test('G3, J3: what was seen survives a kill in the middle of an answer, and coming back finds the rest', async () => {
  await simulator.reset()
  const tokens = ['One. ', 'Two. ', 'Three.']
  await simulator.next({ tokens, hold: 1, pace }, { tokens, pace })
  await using folder = await openTempFolder()
  const env = { OPENROUTER_BASE_URL: simulator.url, AUTH_SECRET: 's'.repeat(32) }
  await using first = await startServer({ dataDir: folder.path, env })
  const { token } = await newGuest(first.url)
  const id = randomUUID()
  const query = { type: 'query', id, content: 'Count.' }
  await using peer = await openPlainPeer(first.wsUrl, { token })
  peer.send(query)
  const last = await peer.ofType('delta')
  await first.kill()
  await peer.closed
  await using second = await startServer({ dataDir: folder.path, port: first.port, env })
  const place = `?session=${last.sessionId}&last_event_id=${last.id}`
  await using back = await openPlainPeer(second.wsUrl, { token, query: place })
  back.send(query)
  const response = await back.ofType('response')
  expect(response.content).toBe(tokens.join(''))
  await back.until((it) => it.type === 'ack' && it.requestId === id)
  const all = [...peer.frames, ...back.frames].filter(isLogged)
  expect(all.filter((it) => it.type === 'reset')).toEqual([])
  expect(all.filter((it) => it.type === 'query')).toHaveLength(1)
  expect(rises(all)).toBe(true)
})

test('G2: answers through a proxy that cuts at random are whole and once', async () => {
  const random = seededRandom('plain cuts')
  await simulator.reset()
  const tokens = Array.from({ length: 200 }, (_, index) => `word ${index} `)
  await simulator.always({ tokens, pace: { firstTokenMs: 0, tokensPerSecond: 2000 } })
  const { token } = await newGuest(server.url)
  await using proxy = await openTcpProxy({ targetPort: server.port })
  const wsUrl = `ws://127.0.0.1:${proxy.port}/trpc`
  const frames: PlainFrame[] = []
  const queries = Array.from({ length: 30 }, () => randomUUID())
  /** Sends what has no end yet, reads until all have, or until it is cut. */
  const talk = async (place: string): Promise<void> => {
    await using peer = await openPlainPeer(wsUrl, { token, query: place })
    for (const id of queries) {
      const isOver = (it: PlainFrame) => it.type === 'response' && it.replyTo === id
      try {
        if (!frames.some(isOver)) {
          peer.send({ type: 'query', id, content: `Say words, ${id}.` })
          await peer.until(isOver)
        }
      } catch {
        break
      }
    }
    peer.socket.terminate()
    await peer.closed
    frames.push(...peer.frames)
  }
  await using first = await openPlainPeer(server.wsUrl, { token })
  const { sessionId = '', id: firstId = '' } = await first.until(isLogged)
  proxy.cutAfter(() => random.between(1000, 20_000))
  const responses = () => frames.filter((it) => it.type === 'response').length
  for (let tries = 0; responses() < queries.length && tries < 1000; tries++) {
    const cursor = frames.findLast(isLogged)?.id ?? firstId
    await talk(`?session=${sessionId}&last_event_id=${cursor}`).catch(() => undefined)
  }
  const logged = frames.filter(isLogged)
  expect(rises(logged)).toBe(true)
  expect(frames.filter((it) => it.type === 'query')).toHaveLength(queries.length)
  for (const id of queries) {
    const ends = frames.filter((it) => it.type === 'response' && it.replyTo === id)
    expect(ends.map((it) => it.content)).toEqual([tokens.join('')])
  }
  expect(proxy.connections).toBeGreaterThan(10)
})

test('G10: readers that stop reading cost a fixed amount, and get everything when they read again', async () => {
  await simulator.reset()
  // Eight answers of 800 kB, in pieces of 400 bytes.
  const tokens = Array.from({ length: 2000 }, (_, index) => `${index} `.padEnd(400, 'flood '))
  const text = tokens.join('')
  await simulator.always({ tokens, pace })
  const { token } = await newGuest(server.url)
  await using reader = await openPlainPeer(server.wsUrl, { token })
  const { sessionId } = await reader.until(isLogged)
  await using opened = new AsyncDisposableStack()
  const paused: PlainPeer[] = []
  for (let count = 0; count < 5; count++) {
    const query = `?session=${sessionId}`
    const peer = opened.use(await openPlainPeer(server.wsUrl, { token, query }))
    await peer.until(isLogged)
    peer.socket.pause()
    paused.push(peer)
  }
  const ids = Array.from({ length: 8 }, () => randomUUID())
  for (const id of ids) reader.send({ type: 'query', id, content: 'Flood.' })
  for (const id of ids) {
    const response = await reader.until((it) => it.type === 'response' && it.replyTo === id)
    expect(response.content === text).toBe(true)
  }
  // Each has what was let into its socket, and one event: an answer as a whole, at the worst.
  const most = paused.length * (text.length + 256 * 1024)
  const waiting = await metric(server.url, 'agent_server_buffered_bytes')
  expect(waiting).toBeGreaterThan(0)
  expect(waiting).toBeLessThan(most)
  for (const peer of paused) {
    peer.socket.resume()
    for (const id of ids) {
      const end = await peer.until((it) => it.type === 'response' && it.replyTo === id)
      expect(end.content === text).toBe(true)
    }
    expect(rises(peer.frames.filter(isLogged))).toBe(true)
  }
})

function rises(frames: readonly PlainFrame[]): boolean {
  return frames.every(
    (frame, index) => index === 0 || seqOf(frame) > seqOf(frames[index - 1] ?? frame),
  )
}
