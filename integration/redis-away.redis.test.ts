/** An agent server whose Redis is not there, goes and comes back: said, and survived. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Child } from './harness/child.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { freePort } from './harness/ports.ts'
import { readThroughClient } from './harness/readers.ts'
import { serverMain } from './harness/server-process.ts'
import { openSharedServers, type SharedServers } from './harness/shared-servers.ts'

let shared: SharedServers
let opened: AsyncDisposableStack
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  shared = opened.use(await openSharedServers())
})
afterEach(() => opened.disposeAsync())

const atOnce = { firstTokenMs: 0, tokensPerSecond: 0 }
const tokens = ['All ', 'of ', 'it.']

async function readyz(url: string, status: number): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== status);
}

test('S19: Redis dies in the middle of an answer and comes back: not ready meanwhile, and nobody notices more than a pause', async () => {
  const server = await shared.start()
  const { token } = await newGuest(server.url)
  const { client } = opened.use(openClient({ url: server.wsUrl, token: () => token }))
  const session = await client.sessions.create()
  const reader = opened.use(readThroughClient(session))
  await shared.simulator.always({ tokens, hold: 1, pace: atOnce })
  const [q1, q2] = [crypto.randomUUID(), crypto.randomUUID()]
  await session.send('First', { id: q1 })
  await reader.log.until((event) => event.type === 'delta')
  // Everybody has all of it, on the disk of Redis too.
  await shared.redis.ask('CONFIG', 'SET', 'appendfsync', 'always')
  await shared.redis.ask('SET', 'flush', 'it')
  await shared.redis.kill()
  await readyz(server.url, 503)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  await shared.simulator.always({ tokens, pace: atOnce })
  await shared.simulator.releaseAll()
  // It waits in the client until it can be kept.
  const sent = session.send('Second', { id: q2 })
  await shared.redis.start()
  await readyz(server.url, 200)
  await sent
  for (const id of [q1, q2]) {
    expect(await reader.log.end(id)).toMatchObject({ content: tokens.join('') })
  }
  expect(reader.log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
  expect(server.child.stderr).toContain('connected to Redis again')
  expect(await server.stop()).toMatchObject({ code: 0 })
})

test('a flushed Redis: readers are told that the session is gone, and a new one begins', async () => {
  const server = await shared.start()
  const { token } = await newGuest(server.url)
  const { client } = opened.use(openClient({ url: server.wsUrl, token: () => token }))
  const session = await client.sessions.create()
  const reader = opened.use(readThroughClient(session))
  await reader.log.reached(1)
  await shared.redis.ask('FLUSHALL')
  await expect(session.get()).rejects.toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  await shared.simulator.always({ tokens, pace: atOnce })
  const another = await client.sessions.create()
  const anew = opened.use(readThroughClient(another))
  const id = crypto.randomUUID()
  await another.send('Anew', { id })
  expect(await anew.log.end(id)).toMatchObject({ content: tokens.join('') })
})

test('no Redis: one clear message, without the password, and exit code 1', async () => {
  const port = await freePort()
  const env = {
    REDIS_URL: `redis://:hunter2@127.0.0.1:${port}`,
    AUTH_SECRET: 's'.repeat(32),
    AGENT_PORT: String(await freePort()),
  }
  await using child = new Child([serverMain], env)
  const { code, stderr } = await child.ended
  expect(code).toBe(1)
  expect(stderr).toContain(`Redis at 127.0.0.1:${port} cannot be reached: `)
  expect(stderr).toContain('ECONNREFUSED')
  expect(stderr).not.toContain('hunter2')
})

test('what may lose data is warned of at the start', async () => {
  await shared.redis.ask('CONFIG', 'SET', 'appendonly', 'no')
  await shared.redis.ask('CONFIG', 'SET', 'maxmemory', '500mb')
  await shared.redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
  const server = await shared.start()
  expect(server.child.stderr).toMatch(/"level":"warn".*append-only file/)
  expect(server.child.stderr).toMatch(/"level":"warn".*noeviction/)
})
