/** A Redis that misbehaves: nothing acknowledged is lost or doubled, and the store comes back by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../../core/ports/store.ts'
import {
  append,
  collect,
  createSession,
  delta,
  note,
  readAll,
  response,
} from '../contract/fixtures.ts'
import { type RedisProcess, startRedis, startSentinel } from './testing/redis-process.ts'
import { type OpenStore, openStore } from './testing/redis-under-test.ts'

const times = { commandMs: 1500, waitMs: 500, pingMs: 200, pollMs: 2000 }
const unavailable = { reason: 'STORE_UNAVAILABLE' }

let opened: AsyncDisposableStack
let redis: RedisProcess
let own: OpenStore
let store: Store
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  redis = opened.use(await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']))
  own = opened.use(await openStore(redis.url, { times, prefix: 'x' }))
  store = own.store
  await createSession(store, 's1')
})
afterEach(() => opened.disposeAsync())

const another = async () => opened.use(await openStore(redis.url, { times, prefix: 'x' })).store
const seqsOf = async (of = store, sessionId = 's1') =>
  (await readAll(of, sessionId)).map(({ seq }) => seq)

/** Tries until it works: how long is the client's affair. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (cause) {
      expect(cause).toMatchObject(unavailable)
      await sleep(50)
    }
  }
}

test('S7: what another server appends is told, in order and once, and what it deletes', async () => {
  const other = await another()
  const [here, there] = [collect(store, 's1'), collect(other, 's1')]
  const { promise, resolve } = Promise.withResolvers<void>()
  // Both hear of the session before anything happens.
  void sleep(200).then(resolve)
  await promise
  await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      append(index % 2 === 0 ? store : other, 's1', [delta('a', index, 'x'), note(`n${index}`)]),
    ),
  )
  const all = Array.from({ length: 200 }, (_, index) => index + 1)
  for (const watcher of [here, there]) {
    await watcher.until(({ events }) => events.length >= 200)
    expect(watcher.events.map(({ seq }) => seq)).toEqual(all)
  }
  expect(await other.deleteSession('s1')).toBe(true)
  await Promise.all([here, there].map((watcher) => watcher.until(({ deleted }) => deleted)))
})

test('S28: a thousand sessions that are watched and written need no connection more than one', async () => {
  const connections = async () =>
    Number(/connected_clients:(\d+)/.exec(String(await redis.ask('INFO', 'clients')))?.[1])
  const first = collect(store, 's1')
  await append(store, 's1', [note('one')])
  await first.until(({ events }) => events.length > 0)
  const before = await connections()
  const names = Array.from({ length: 1000 }, (_, index) => `many-${index}`)
  await Promise.all(names.map((name) => createSession(store, name)))
  const watched = names.map((name) => collect(store, name))
  await Promise.all(names.map((name) => append(store, name, [note('here')])))
  await Promise.all(watched.map((one) => one.until(({ events }) => events.length > 0)))
  expect(await connections()).toBe(before)
})

test('S7: deltas that were compacted away before they could be told are left out, and nothing else', async () => {
  const other = await another()
  const watcher = collect(store, 's1')
  await append(other, 's1', [note('first')])
  await watcher.until(({ events }) => events.length === 1)
  // Nothing is heard for a while, as where the process is stopped.
  for (let index = 0; index < 20; index++) {
    void append(other, 's1', [delta('a', index, 'x')])
  }
  await other.append({
    sessionId: 's1',
    events: [response('a', 'x'.repeat(20))],
    compact: { messageId: 'a' },
  })
  await append(other, 's1', [note('last')])
  await watcher.until(({ events }) => events.at(-1)?.seq === 23)
  const controls = watcher.events.filter(({ type }) => type !== 'delta').map(({ seq }) => seq)
  expect(controls).toEqual([1, 22, 23])
  const seqs = watcher.events.map(({ seq }) => seq)
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
})

test('S7: bells that were lost with their connection are made up for', async () => {
  const other = await another()
  const watcher = collect(store, 's1')
  await append(other, 's1', [note('first')])
  await watcher.until(({ events }) => events.length === 1)
  for (let round = 0; round < 5; round++) {
    await redis.ask('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await append(other, 's1', [note('while nobody listens')])
  }
  await watcher.until(({ events }) => events.length === 6)
  expect(watcher.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
})

test('S7: a watcher that begins as Redis goes hears of what comes after', async () => {
  await append(store, 's1', [note('before')])
  redis.pause()
  const watcher = collect(store, 's1')
  await redis.kill()
  await redis.start()
  await patiently(() => append(store, 's1', [note('after')]))
  await watcher.until(({ events }) => events.at(-1)?.content === 'after')
})

test('S2, S16: a write whose reply was lost is sent again, and done once', async () => {
  const { client } = own.connection
  if (client instanceof Cluster) throw new Error('one server')
  const once = { userId: 'user', id: 'r', hash: 'h', reply: null }
  for (let round = 0; round < 5; round++) {
    redis.pause()
    const writing = [
      store.append({ sessionId: 's1', events: [note(`plain ${round}`), delta('a', round, 'x')] }),
      store.append({ sessionId: 's1', events: [note(`second ${round}`)] }),
    ]
    // The commands are with Redis, which has not read them; their replies find nobody.
    await sleep(50)
    client.stream.destroy()
    redis.resume()
    for (const result of await Promise.all(writing)) expect(result.outcome).toBe('appended')
  }
  expect((await store.append({ sessionId: 's1', events: [note('n')], once })).outcome).toBe(
    'appended',
  )
  expect(await seqsOf()).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
  const plain = (await readAll(store, 's1')).filter(({ content }) => /plain|second/.test(content))
  expect(new Set(plain.map(({ content }) => content)).size).toBe(plain.length)
})

test('G4, S8: kill -9 of Redis and a new start: what was acknowledged is there, and it goes on by itself', async () => {
  const watcher = collect(store, 's1')
  for (let round = 0; round < 3; round++) {
    await patiently(() => append(store, 's1', [note(`before ${round}`)]))
    await redis.kill()
    await expect(store.append({ sessionId: 's1', events: [note('gone')] })).rejects.toMatchObject(
      unavailable,
    )
    await expect(store.ping()).rejects.toMatchObject(unavailable)
    await redis.start()
  }
  await patiently(() => append(store, 's1', [note('after')]))
  const log = await readAll(store, 's1')
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
  for (const content of ['before 0', 'before 1', 'before 2', 'after']) {
    expect(log.filter((event) => event.content === content)).toHaveLength(1)
  }
  await watcher.until(({ events }) => events.length >= log.length)
  expect(watcher.events).toEqual(log)
  expect(own.lines.filter(({ level }) => level === 'error')).toEqual([])
})

test('S8, S16: a Redis that does not answer for a while: rejected in time, and nothing is doubled or out of order afterwards', async () => {
  await append(store, 's1', [delta('a', 0, 'x')])
  redis.pause()
  const began = performance.now()
  const given: Promise<unknown>[] = []
  for (let index = 1; index <= 3; index++) {
    given.push(store.append({ sessionId: 's1', events: [delta('a', index, 'x')] }))
  }
  for (const one of given) await expect(one).rejects.toMatchObject(unavailable)
  await expect(store.getSession('s1')).rejects.toMatchObject(unavailable)
  expect(performance.now() - began).toBeLessThan(times.commandMs * 4)
  redis.resume()
  await patiently(() => append(store, 's1', [response('a', 'xxxx')]))
  await sleep(500)
  const log = await readAll(store, 's1')
  // Of those that were given up any number may have been done, each once, and none after what came later.
  expect(log.at(-1)?.type).toBe('response')
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
  const offsets = log.flatMap((event) => (event.type === 'delta' ? [event.offset] : []))
  expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b))
})

test('S8: READONLY: nothing is written, reading goes on, and writing when it is a master again', async () => {
  await append(store, 's1', [note('before')])
  await redis.ask('REPLICAOF', '127.0.0.1', '1')
  await expect(store.append({ sessionId: 's1', events: [note('no')] })).rejects.toMatchObject(
    unavailable,
  )
  expect(await patiently(() => seqsOf())).toEqual([1])
  await redis.ask('REPLICAOF', 'NO', 'ONE')
  await patiently(() => append(store, 's1', [note('after')]))
  expect(await seqsOf()).toEqual([1, 2])
})

test('S8: a full memory: nothing of a write is there, reading and deleting go on', async () => {
  await createSession(store, 's2')
  await append(store, 's1', [note('before'), delta('a', 0, 'x')])
  const watcher = collect(store, 's1')
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
  const once = { userId: 'user', id: 'r', hash: 'h', reply: null }
  const refused = [
    store.append({ sessionId: 's1', events: [note('no')] }),
    store.append({ sessionId: 's1', events: [response('a', 'x')], compact: { messageId: 'a' } }),
    store.append({ sessionId: 's1', events: [note('once')], once }),
    store.acquireLease({ sessionId: 's1', owner: 'o', ttlMs: 1000 }),
  ]
  for (const one of refused) await expect(one).rejects.toMatchObject(unavailable)
  expect(await seqsOf()).toEqual([1, 2])
  expect(await store.deleteSession('s2')).toBe(true)
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
  expect(await store.findOnce(once)).toBeNull()
  const end = { events: [response('a', 'x')], compact: { messageId: 'a' } }
  expect((await store.append({ sessionId: 's1', ...end })).outcome).toBe('appended')
  expect(await seqsOf()).toEqual([1, 3])
  await watcher.until(({ events }) => events.length === 1)
})

test('G8: a flushed Redis has no sessions: watchers hear it, and new ones begin', async () => {
  const other = await another()
  await append(store, 's1', [note('before')])
  const watchers = [collect(store, 's1'), collect(other, 's1')]
  const lease = await store.acquireLease({ sessionId: 's1', owner: 'o', ttlMs: 60_000 })
  await redis.ask('FLUSHALL')
  const late = await store.append({
    sessionId: 's1',
    events: [delta('a', 0, 'x')],
    ...(lease && { fence: lease.fence }),
  })
  expect(late).toEqual({ outcome: 'no-session' })
  for (const watcher of watchers) await watcher.until(({ deleted }) => deleted)
  expect(await other.getSession('s1')).toBeNull()
  expect(await store.listSessions({ userId: 'user', limit: 10 })).toEqual([])
  expect(await store.unfinished()).toEqual([])
  await createSession(other, 's1', { epoch: 'e2' })
  expect(await append(store, 's1', [note('anew')])).toMatchObject([{ id: 'e2-1' }])
})

for (const what of ['deleted', 'trimmed', 'put back to what it was'] as const) {
  test(`G8: a log that was ${what} gets another epoch, and who ran the session has lost it`, async () => {
    const { head, log } = own.keys.session('s1')
    await append(store, 's1', [note('1'), note('2')])
    const admin = redis.admin()
    const [kept, keptHead] = [await admin.dumpBuffer(log), await admin.dumpBuffer(head)]
    const watcher = collect(store, 's1')
    const lease = await store.acquireLease({ sessionId: 's1', owner: 'o', ttlMs: 60_000 })
    await append(store, 's1', [note('3'), note('4')])
    if (what === 'put back to what it was') {
      await admin.restore(log, 0, kept ?? '', 'REPLACE')
      await admin.restore(head, 0, keptHead ?? '', 'REPLACE')
    } else if (what === 'deleted') {
      await admin.del(log)
    } else {
      await admin.xtrim(log, 'MAXLEN', 1)
    }
    const fence = lease?.fence ?? 0
    if (what === 'put back to what it was') {
      expect((await store.append({ sessionId: 's1', events: [note('5')] })).outcome).toBe(
        'appended',
      )
    } else {
      expect(await store.append({ sessionId: 's1', events: [note('5')], fence })).toEqual({
        outcome: 'fenced',
      })
    }
    await watcher.until(({ deleted }) => deleted)
    const record = await store.getSession('s1')
    expect(record?.epoch).not.toBe('e1')
    const [event] = await append(store, 's1', [note('6')])
    expect(event?.seq).toBeGreaterThan(4)
    expect(event?.id).toBe(`${record?.epoch}-${event?.seq}`)
    const left = await readAll(store, 's1')
    expect(left.at(-1)).toEqual(event)
    for (const { id } of left) expect(id.startsWith(`${record?.epoch}-`)).toBe(true)
  })
}

test('S18: what a process left half done is put right: a spend that was owed, entries of sessions that there are not', async () => {
  await append(store, 's1', [note('1')])
  const { keys } = own
  const owed = JSON.stringify(['user', '2026-01-31', 7, 0.5])
  await redis.ask('HSET', keys.session('s1').owed, 'dead.1', owed)
  await redis.ask('ZADD', keys.owing, '1', 's1')
  for (const index of [keys.idle, keys.rest, keys.unfinished]) {
    await redis.ask('ZADD', index, '1', 'ghost')
  }
  await redis.ask('ZADD', keys.user('user').list, '-1', 'ghost')
  expect(await store.unfinished()).toEqual([])
  expect(await store.unfinished()).toEqual([])
  const spent = { userId: 'user', day: '2026-01-31' }
  expect(await store.spent(spent)).toEqual({ tokens: 7, costUsd: 0.5 })
  expect(await store.idleSince({ before: '2000-01-01T00:00:00.000Z', limit: 9 })).toEqual([])
  expect(await store.deleteUntouched({ before: '2000-01-01T00:00:00.000Z', limit: 9 })).toEqual([])
  const listed = await store.listSessions({ userId: 'user', limit: 9 })
  expect(listed.map(({ sessionId }) => sessionId)).toEqual(['s1'])
  for (const index of [keys.idle, keys.rest, keys.unfinished, keys.user('user').list]) {
    expect(await redis.ask('ZSCORE', index, 'ghost')).toBeNull()
  }
})

test('G5, S18: a claim whose process died does not keep others from making the request', async () => {
  await createSession(store, 's2')
  const once = { userId: 'user', id: 'r', hash: 'h', reply: null }
  const { onceField } = await import('./keys.ts')
  const claim = own.keys.claim(onceField(once))
  await redis.ask('SET', claim, JSON.stringify(['s1', 'dead']))
  expect(await store.findOnce(once)).toBeNull()
  const late = { ...once, hash: 'other' }
  expect((await store.append({ sessionId: 's2', events: [note('a')], once })).outcome).toBe(
    'appended',
  )
  expect(await store.append({ sessionId: 's1', events: [note('b')], once: late })).toEqual({
    outcome: 'id-conflict',
  })
  expect(await seqsOf(store, 's1')).toEqual([])
})

test('S8: Sentinel: the master dies, and the store goes on with its successor', async () => {
  await redis.ask('CONFIG', 'SET', 'repl-diskless-sync-delay', '0')
  const replica = opened.use(
    await startRedis(['--replicaof', '127.0.0.1', String(redis.port), '--appendonly', 'yes']),
  )
  const sentinel = opened.use(await startSentinel(redis))
  const shared = opened.use(await openStore(sentinel.url, { times, prefix: 'x' }))
  await append(shared.store, 's1', [note('before')])
  // Replication is asynchronous: what a replica does not have yet, a failover takes back.
  while ((await replica.ask('XLEN', shared.keys.session('s1').log)) !== 1) await sleep(20)
  const watcher = collect(shared.store, 's1')
  await redis.kill()
  await patiently(() => append(shared.store, 's1', [note('after')]))
  expect(String(await replica.ask('INFO', 'replication'))).toContain('role:master')
  const log = await readAll(shared.store, 's1')
  expect(log.map(({ content }) => content)).toEqual(['before', 'after'])
  await watcher.until(({ events }) => events.at(-1)?.content === 'after')
})

test('S26: words that an older version did not write are made up for by the search that finds them missing', async () => {
  const { head, words } = own.keys.session('s1')
  const found = async () =>
    (await store.listSessions({ userId: 'user', limit: 5, search: 'worter latest' })).length
  const said = Array.from({ length: 700 }, (_, index) => response(`m${index}`, `Wörter n${index}`))
  await append(store, 's1', said)
  await own.connection.command((client) => client.del(words))
  await own.connection.command((client) => client.hdel(head, 'wordsSeq'))
  // Words that are behind stay behind, until somebody searches.
  await append(store, 's1', [response('last', 'the latest')])
  expect(await own.connection.command((client) => client.hget(head, 'wordsSeq'))).toBeNull()
  expect(await found()).toBe(1)
  expect(await own.connection.command((client) => client.hget(head, 'wordsSeq'))).toBe('701')
  expect(await own.connection.command((client) => client.zcard(words))).toBe(703)
  await store.deleteSession('s1')
  expect(await own.connection.command((client) => client.exists(words))).toBe(0)
})
