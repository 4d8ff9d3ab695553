/**
 * The whole system of deploy/compose.yaml, by its parts: Redis, three agent servers and nginx as processes, with the
 * commands and settings of the compose file and of the Dockerfile. The page's server needs an image build, so here
 * stands one that answers; docs/operating.md says how it was tried by hand.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { metric } from '../src/server/testing/metric.ts'
import { newSession, openPeer } from '../src/server/testing/socket-peer.ts'
import { root } from './harness/child.ts'
import { startComposed } from './harness/composed.ts'
import { freePort } from './harness/ports.ts'
import { tlsRequest } from './harness/tls-request.ts'

const secret = () => randomBytes(33).toString('base64')
const guest = z.object({ result: z.object({ data: z.object({ token: z.string() }) }) })

test('D8: the parts of the compose file come up by what it says: three servers behind the proxy, on one Redis', async () => {
  const web = createServer((_, response) => response.end('the page'))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  using _web = { [Symbol.dispose]: () => web.close().closeAllConnections() }
  const port = await freePort()
  const origin = `https://127.0.0.1:${port}`
  await using system = await startComposed({
    webPort: (web.address() as AddressInfo).port,
    port,
    variables: {
      PUBLIC_URL: origin,
      AUTH_SECRET: secret(),
      FORWARD_SECRET: secret(),
      // As a password is that openssl made: what it has of / and + must not break the URL.
      REDIS_PASSWORD: randomBytes(24).toString('hex'),
    },
  })
  const { agents, proxy, services } = system
  expect(agents.map(({ name }) => name)).toEqual(['agent-1', 'agent-2', 'agent-3'])
  expect(await system.redisCheck()).toMatchObject({ code: 0, stdout: 'PONG\n' })
  for (const agent of agents) {
    expect(await agent.check()).toBe(0)
    // What an operator is told to set is set: nothing to warn of.
    expect(agent.child.stderr).not.toContain('"level":"warn"')
  }
  for (const [name, { volumes }] of Object.entries(services)) {
    for (const volume of volumes.filter((one) => one.startsWith('./'))) {
      const source = volume.split(':')[0] ?? ''
      const isThere = existsSync(join(root, 'deploy', source)) || source === './certs'
      expect([name, source, isThere]).toEqual([name, source, true])
    }
  }

  const { ca } = proxy
  expect((await tlsRequest(origin, { ca })).body).toBe('the page')
  const made = await tlsRequest(`${origin}/trpc/auth.guest`, {
    ca,
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: '{}',
  })
  const { token } = guest.parse(JSON.parse(made.body)).result.data
  const connect = () => openPeer(`wss://127.0.0.1:${port}/trpc`, { token, ca, origin })
  // The fewest connections get the next: so each server gets one.
  await using one = await connect()
  const sessionId = await newSession(one)
  one.subscribe('session.events', { sessionId })
  await using two = await connect()
  two.subscribe('session.events', { sessionId })
  await using three = await connect()
  const id = crypto.randomUUID()
  await three.call('mutation', 'agent.query', { sessionId, id, content: 'Hello, all of you' })
  for (const peer of [one, two]) {
    await peer.until((it) => JSON.stringify(it).includes('"type":"response"'))
  }
  for (const agent of agents) {
    const url = `http://127.0.0.1:${agent.port}`
    expect(await metric(url, 'agent_server_active_connections')).toBe(1)
  }

  // One of them stops as an engine stops it, and nobody is without a server.
  const [first] = agents
  first?.child.signal('SIGTERM')
  expect(await first?.child.ended).toMatchObject({ code: 0 })
  await using four = await connect()
  expect((await four.call('query', 'session.get', { sessionId })).error).toBeUndefined()
})
