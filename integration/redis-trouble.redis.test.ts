/**
 * Redis in trouble while people read: as S19 says, at the level of whole servers with their followers. Two agent
 * servers, a reader at each, an answer in its middle.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  startCluster,
  startRedis,
  startSentinel,
} from '../src/server/store/redis/testing/redis-process.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { type Reader, readThroughClient } from './harness/readers.ts'
import { openSharedServers, type SharedServers } from './harness/shared-servers.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
const tokens = ['One ', 'two ', 'three ', 'four ', 'five.']

let shared: SharedServers
let opened: AsyncDisposableStack
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  shared = opened.use(await openSharedServers())
})
afterEach(() => opened.disposeAsync())

/** A reader at each of two servers, in the middle of an answer that stands until it is released. */
async function inTheMiddle(env: Record<string, string> = {}) {
  const servers = [await shared.start(env), await shared.start(env)] as const
  const { token } = await newGuest(servers[0].url)
  const [first, second] = servers.map(({ wsUrl }) =>
    opened.use(openClient({ url: wsUrl, token: () => token })),
  )
  if (!first || !second) throw new Error('two clients')
  const session = await first.client.sessions.create()
  const there = second.client.session(session.sessionId)
  const readers = [session, there].map((one) => opened.use(readThroughClient(one)))
  await shared.simulator.next({ tokens, hold: 2, pace })
  await shared.simulator.always({ tokens, pace })
  const id = crypto.randomUUID()
  await session.send('Count', { id })
  for (const { log } of readers) {
    await log.until((event) => event.type === 'delta' && event.content.includes('One'))
  }
  await shared.simulator.held(1)
  return { servers, token, second, session, there, readers, id }
}

async function allHave(readers: readonly Reader[], id: string): Promise<void> {
  for (const { log } of readers) {
    expect(await log.end(id)).toMatchObject({ type: 'response', content: tokens.join('') })
  }
}

function expectNothingLost(readers: readonly Reader[]): void {
  for (const { log } of readers) {
    expect(log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
    for (const ends of log.ends().values()) expect(ends).toHaveLength(1)
  }
}

/** Asks over HTTP, once: what a client that does not try again is told. */
async function refusal(url: string, token: string, sessionId: string): Promise<unknown> {
  const response = await fetch(`${url}/trpc/agent.query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ sessionId, id: crypto.randomUUID(), content: 'Now?' }),
  })
  return response.json()
}

const troubles = [
  {
    name: 'a master that became a replica (READONLY)',
    begin: () => shared.redis.ask('REPLICAOF', '127.0.0.1', '1'),
    end: () => shared.redis.ask('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'a full memory (maxmemory)',
    begin: () => shared.redis.ask('CONFIG', 'SET', 'maxmemory', '1'),
    end: () => shared.redis.ask('CONFIG', 'SET', 'maxmemory', '0'),
  },
]

describe.each(troubles)('S19: $name', ({ begin, end }) => {
  test('refused meanwhile, reading goes on, and then the answer goes on where it stood', async () => {
    const { servers, token, second, session, there, readers, id } = await inTheMiddle()
    await begin()
    expect(await refusal(servers[1].url, token, session.sessionId)).toMatchObject({
      error: { data: { reason: 'STORE_UNAVAILABLE' } },
    })
    // What there is can be read, at either server.
    expect((await second.client.sessions.history(session.sessionId)).messages[0]).toMatchObject({
      content: 'Count',
    })
    // The rest of the answer comes while nothing can be kept.
    await shared.simulator.releaseAll()
    await shared.simulator.finished(1)
    const next = crypto.randomUUID()
    const sent = there.send('And now?', { id: next })
    await end()
    await sent
    await allHave(readers, id)
    await allHave(readers, next)
    expectNothingLost(readers)
    // Not a token was paid twice.
    expect(await shared.simulator.requests()).toHaveLength(2)
  })
})

test('S17: FLUSHALL in the middle of an answer: all readers hear that it is gone, the model is not paid on, and a new session begins', async () => {
  const { servers, token, session, there, readers } = await inTheMiddle()
  const ended = readers.map(({ log }) =>
    log
      .until(() => false)
      .then(
        () => 'goes on',
        () => 'ended',
      ),
  )
  await shared.redis.ask('FLUSHALL')
  // A token more, so that the server which runs it writes.
  await shared.simulator.release(1, 1)
  expect(await Promise.all(ended)).toEqual(['ended', 'ended'])
  expect((await shared.simulator.finished(1)).state).toBe('aborted')
  for (const one of [session, there]) {
    await expect(one.get()).rejects.toMatchObject({ reason: 'SESSION_NOT_FOUND' })
  }
  const { client } = opened.use(openClient({ url: servers[1].wsUrl, token: () => token }))
  const another = await client.sessions.create()
  const anew = opened.use(readThroughClient(another))
  const id = crypto.randomUUID()
  await another.send('Anew', { id })
  await allHave([anew], id)
})

test('S19: Sentinel: the master dies in the middle of an answer, and all read on from its successor', async () => {
  const { redis } = shared
  await redis.ask('CONFIG', 'SET', 'repl-diskless-sync-delay', '0')
  const replica = opened.use(
    await startRedis(['--replicaof', '127.0.0.1', String(redis.port), '--appendonly', 'yes']),
  )
  const sentinel = opened.use(await startSentinel(redis))
  const { there, readers, id } = await inTheMiddle({ REDIS_URL: sentinel.url })
  // Replication is asynchronous: what the replica does not have yet, a failover takes back.
  await untilSame(redis, replica)
  await redis.kill()
  await shared.simulator.releaseAll()
  await allHave(readers, id)
  const next = crypto.randomUUID()
  await there.send('And now?', { id: next })
  await allHave(readers, next)
  expectNothingLost(readers)
  expect(String(await replica.ask('INFO', 'replication'))).toContain('role:master')
})

test('S19: Cluster: the master of the session dies in the middle of an answer, and all read on from its successor', async () => {
  const cluster = opened.use(await startCluster(6, { replicas: 1 }))
  const { session, there, readers, id } = await inTheMiddle({ REDIS_URL: cluster.url })
  const head = `aw:{${session.sessionId}}:h`
  const master = await ownerOf(cluster.nodes, head)
  const replica = await replicaOf(cluster.nodes, master)
  await untilSame(master, replica)
  await master.kill()
  await shared.simulator.releaseAll()
  await allHave(readers, id)
  const next = crypto.randomUUID()
  await there.send('And now?', { id: next })
  await allHave(readers, next)
  expectNothingLost(readers)
  expect(String(await replica.ask('INFO', 'replication'))).toContain('role:master')
})

type Node = SharedServers['redis']

/** The master that has the key: any other answers with where it is. */
async function ownerOf(nodes: readonly Node[], key: string): Promise<Node> {
  for (const node of nodes) {
    const isOwner = await node.ask('EXISTS', key).then(
      (count) => count === 1,
      () => false,
    )
    if (isOwner) return node
  }
  throw new Error(`nobody has ${key}`)
}

async function replicaOf(nodes: readonly Node[], master: Node): Promise<Node> {
  for (const node of nodes) {
    const said = String(await node.ask('INFO', 'replication'))
    if (said.includes('role:slave') && said.includes(`master_port:${master.port}\r`)) return node
  }
  throw new Error('it has no replica')
}

type Asked = Pick<SharedServers['redis'], 'ask'>

async function untilSame(master: Asked, replica: Asked): Promise<void> {
  const offset = async (one: Asked, name: string) =>
    new RegExp(`^${name}:(\\d+)`, 'm').exec(String(await one.ask('INFO', 'replication')))?.[1]
  for (;;) {
    const before = await offset(master, 'master_repl_offset')
    if (before !== undefined && (await offset(replica, 'slave_repl_offset')) === before) return
    await sleep(20)
  }
}
