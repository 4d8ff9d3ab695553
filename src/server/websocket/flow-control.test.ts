/** G10: a reader that does not read costs a fixed amount of memory, and misses nothing. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openSimulator, type Simulator } from '../simulator/simulator.ts'
import { metric } from '../testing/metric.ts'
import {
  type Frame,
  newGuest,
  newSession,
  openPeer,
  type SocketPeer,
} from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

const event = z.looseObject({
  seq: z.number(),
  type: z.string(),
  content: z.string(),
  replyTo: z.string().optional(),
})
const envelope = z.object({ id: z.string(), data: event })

function eventOf(frame: Frame): z.infer<typeof event> | null {
  const parsed = envelope.safeParse(frame.result?.data)
  return parsed.success ? parsed.data.data : null
}

describe('a reader that does not read', () => {
  const answers = 16
  let simulator: Simulator
  let server: TestServer
  let token: string
  beforeAll(async () => {
    simulator = await openSimulator({})
    // An answer of about a megabyte, as fast as it goes.
    const tokens = Array.from({ length: 1000 }, () => 'x'.repeat(999).concat('\n'))
    simulator.always({ tokens, pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
    server = await openTestServer({
      env: { OPENROUTER_BASE_URL: simulator.url, QUERIES_PER_MINUTE: '1000' },
    })
    ;({ token } = await newGuest(server.url))
  })
  afterAll(async () => {
    await server.close()
    await simulator.close()
  })

  const ask = async (peer: SocketPeer, sessionId: string) => {
    const id = randomUUID()
    await peer.call('mutation', 'agent.query', { sessionId, id, content: 'Go' })
    await peer.until((it) => {
      const found = eventOf(it)
      return found?.type === 'response' && found.replyTo === id
    })
    return id
  }

  test('G10: holds a fixed amount, and G2: gets everything when it reads again', async () => {
    await using reader = await openPeer(server.wsUrl, { token })
    await using stuck = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(reader)
    reader.subscribe('session.events', { sessionId })
    const id = stuck.subscribe('session.events', { sessionId })
    await stuck.until((it) => it.id === id && it.result?.type === 'started')
    stuck.socket.pause()
    let last = ''
    for (let i = 0; i < answers; i++) last = await ask(reader, sessionId)
    // The gate, and one event under way: an answer as a whole, with its envelope.
    const held = await metric(server.url, 'agent_server_buffered_bytes')
    expect(held).toBeGreaterThan(0)
    expect(held).toBeLessThan(64 * 1024 + 1.2 * 1024 * 1024)

    stuck.socket.resume()
    await stuck.until((it) => {
      const found = eventOf(it)
      return found?.type === 'response' && found.replyTo === last
    })
    const events = stuck.frames.flatMap((it) => eventOf(it) ?? [])
    const numbers = events.map(({ seq }) => seq)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
    const whole = events.filter(({ type }) => type === 'response')
    expect(whole.map(({ content }) => content.length)).toEqual(Array(answers).fill(1_000_000))
    // What waited was merged: far fewer events than the other reader got, had it any to merge.
    expect(events.length).toBeLessThanOrEqual(
      reader.frames.flatMap((it) => eventOf(it) ?? []).length,
    )
  })

  test('G10: is cut off when it asks for more and more replies', async () => {
    await using reader = await openPeer(server.wsUrl, { token })
    await using greedy = await openPeer(server.wsUrl, { token })
    const sessionId = await newSession(reader)
    reader.subscribe('session.events', { sessionId })
    await ask(reader, sessionId)
    greedy.socket.pause()
    greedy.send(
      Array.from({ length: 60 }, (_, id) => ({
        id,
        method: 'query',
        params: { path: 'session.export', input: { sessionId, format: 'json' } },
      })),
    )
    // It does not read, so it cannot see that it was cut off.
    const count = () => metric(server.url, 'agent_server_active_connections')
    while ((await count()) > 1);
    expect(await metric(server.url, 'agent_server_buffered_bytes')).toBeLessThan(64 * 1024)
    greedy.socket.resume()
    expect((await greedy.closed).code).toBe(1006)
  })
})
