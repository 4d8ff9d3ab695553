/** The graceful stop, in process: what clients see, in which order. */
import { randomUUID } from 'node:crypto'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { expect, test } from 'vitest'
import { openSimulator } from './simulator/simulator.ts'
import { rawRequest, upgradeLines } from './testing/raw-request.ts'
import { newGuest, newSession, openPeer } from './testing/socket-peer.ts'
import { openTestServer } from './testing/test-server.ts'
import type { AppRouter } from './trpc/router.ts'

/** A model server whose answers stand after the first token until they are released. */
async function openHeld() {
  const simulator = await openSimulator({})
  simulator.always({ text: 'one two three', hold: 1, pace: { firstTokenMs: 0 } })
  return { simulator, [Symbol.asyncDispose]: () => simulator.close() }
}

test('G7: a stop lets the running answer end, refuses what is new, then tells and closes', async () => {
  await using held = await openHeld()
  await using server = await openTestServer({
    env: { OPENROUTER_BASE_URL: held.simulator.url, DRAIN_TIMEOUT: '60' },
  })
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const sessionId = await newSession(peer)
  peer.subscribe('session.events', { sessionId })
  const query = { sessionId, id: randomUUID(), content: 'Count' }
  await peer.call('mutation', 'agent.query', query)
  await peer.until((it) => JSON.stringify(it).includes('"type":"delta"'))

  const stopped = server.close()
  const ready = await fetch(`${server.url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({ status: 'draining' })
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect((await rawRequest(server.port, upgradeLines())).status).toBe(503)
  const late = await peer.call('mutation', 'agent.query', { ...query, id: randomUUID() })
  expect(late.error?.data).toMatchObject({ reason: 'DRAINING', retryable: true })

  const request = await held.simulator.waitForRequest(1)
  request.release()
  await stopped
  expect((await peer.closed).code).toBe(1001)
  const kinds = peer.frames.map((it) => {
    if (it.method === 'reconnect') return 'notice'
    return JSON.stringify(it).includes('"type":"response"') ? 'response' : 'other'
  })
  expect(kinds).toContain('response')
  expect(kinds.indexOf('notice')).toBeGreaterThan(kinds.indexOf('response'))
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
})

test('a turn that does not end in time is let go of, and goes on at the next start', async () => {
  await using held = await openHeld()
  await using first = await openTestServer({ env: { OPENROUTER_BASE_URL: held.simulator.url } })
  const { token } = await newGuest(first.url)
  await using peer = await openPeer(first.wsUrl, { token })
  const sessionId = await newSession(peer)
  peer.subscribe('session.events', { sessionId })
  const query = { sessionId, id: randomUUID(), content: 'Count' }
  await peer.call('mutation', 'agent.query', query)
  await peer.until((it) => JSON.stringify(it).includes('"type":"delta"'))
  await first.stop()

  held.simulator.always({ text: 'one two three', pace: { firstTokenMs: 0 } })
  await using second = await openTestServer({
    env: { OPENROUTER_BASE_URL: held.simulator.url, DATA_DIR: first.dataDir },
  })
  await using again = await openPeer(second.wsUrl, { token })
  again.subscribe('session.events', { sessionId })
  const end = await again.until((it) => JSON.stringify(it).includes('"type":"response"'))
  expect(JSON.stringify(end)).toContain('one two three')
})

test('W9: clients are told one after another, and each is told', async () => {
  await using server = await openTestServer({ timings: { notices: { eachMs: 50, mostMs: 5000 } } })
  const isNotice = ({ method }: { method?: string | undefined }) => method === 'reconnect'
  const peers = await Promise.all(Array.from({ length: 8 }, () => openPeer(server.wsUrl)))
  const stopped = server.close()
  await Promise.race(peers.map((peer) => peer.until(isNotice)))
  expect(peers.filter(({ frames }) => frames.some(isNotice)).length).toBeLessThan(8)
  await Promise.all(peers.map((peer) => peer.until(isNotice)))
  await stopped
  for (const peer of peers) expect((await peer.closed).code).toBe(1001)
})

test('a restart closes with 1012', async () => {
  await using server = await openTestServer()
  await using peer = await openPeer(server.wsUrl)
  await server.close({ restarting: true })
  expect((await peer.closed).code).toBe(1012)
})

test('streams of server-sent events and idle HTTP connections do not hold up a stop', async () => {
  await using server = await openTestServer()
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const input = encodeURIComponent(JSON.stringify({ sessionId: await newSession(peer) }))
  const stream = await fetch(`${server.url}/trpc/session.events?input=${input}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await Promise.all([expect(stream.text()).rejects.toThrow(), server.close()])
})

test('clients that move to a successor miss nothing, and the old server waits for them', async () => {
  await using old = await openTestServer({ timings: { handOverMs: 20_000 } })
  await using successor = await openTestServer()
  let url = old.wsUrl
  const socket = createWSClient({ url: () => url })
  const client = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] })
  try {
    expect((await client.info.query()).agentName).toBe('agent_websocket')
    url = successor.wsUrl
    await old.close()
    expect((await client.info.query()).agentName).toBe('agent_websocket')
  } finally {
    await socket.close()
  }
})
