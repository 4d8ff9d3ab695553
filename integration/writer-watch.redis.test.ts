/** Chaos looks at Redis itself for two writers: it sees what the store writes, and what nobody may. */
import { expect, test } from 'vitest'
import { appendKeys, WriterWatch } from '../chaos/writer-watch.ts'
import { startRedis } from '../src/server/store/redis/testing/redis-process.ts'
import { openStore } from '../src/server/store/redis/testing/redis-under-test.ts'

const timestamp = '2026-01-01T00:00:00.000Z'
const status = { type: 'status', state: 'idle', content: 'Ready.', timestamp } as const

async function open() {
  const opened = new AsyncDisposableStack()
  const redis = opened.use(await startRedis())
  const watch = opened.use(await WriterWatch.open(redis.port))
  const { store } = opened.use(await openStore(redis.url, { prefix: 'watched' }))
  const record = {
    sessionId: 's1',
    userId: 'u1',
    title: '',
    model: 'm',
    state: 'idle' as const,
    createdAt: timestamp,
    lastActivity: timestamp,
    epoch: 'e1',
  }
  await store.createSession({ record, events: [status] })
  return { redis, watch, store, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

test('X9: appends under a lease are seen and counted, and one that is refused is not', async () => {
  await using it = await open()
  const { store, watch } = it
  const old = await store.acquireLease({ sessionId: 's1', owner: 'a', ttlMs: 60_000 })
  const fence = old?.fence ?? 0
  await store.append({ sessionId: 's1', events: [status], fence })
  await store.append({ sessionId: 's1', events: [status] })
  if (old) await store.releaseLease(old)
  const next = await store.acquireLease({ sessionId: 's1', owner: 'b', ttlMs: 60_000 })
  const late = await store.append({ sessionId: 's1', events: [status], fence })
  expect(late.outcome).toBe('fenced')
  await store.append({ sessionId: 's1', events: [status], fence: next?.fence ?? 0 })
  expect(await watch.writers()).toEqual({ appends: 2, doubled: [] })
})

test("X9: an append under a fence that is not the highest, or is another process's, is found", async () => {
  await using it = await open()
  const { redis, store, watch } = it
  const old = await store.acquireLease({ sessionId: 's1', owner: 'a', ttlMs: 60_000 })
  await store.append({ sessionId: 's1', events: [status], fence: old?.fence ?? 0 })
  // What the store's function would be without its check.
  const write = (fence: number) => {
    const keys = [
      'watched:{s1}:h',
      ...Array.from({ length: appendKeys - 1 }, (_, n) => `watched:{s1}:${n}`),
    ]
    const lua = "redis.call('HSET', KEYS[1], 'x', '1')"
    return redis.ask(
      'EVAL',
      lua,
      String(appendKeys),
      ...keys,
      '1',
      'somebody',
      'bell',
      String(fence),
    )
  }
  await write(old?.fence ?? 0)
  expect((await watch.writers()).doubled).toEqual([expect.stringContaining('both have 1')])
  if (old) await store.releaseLease(old)
  await store.acquireLease({ sessionId: 's1', owner: 'b', ttlMs: 60_000 })
  await write(1)
  expect((await watch.writers()).doubled).toContainEqual(
    expect.stringContaining('appended under 1, after 2 was raised'),
  )
})

test('X9: after a restart of Redis it looks on', async () => {
  await using it = await open()
  const { redis, store, watch } = it
  await redis.stop()
  await redis.start()
  await watch.sees()
  expect((await watch.writers()).doubled).toEqual([])
  expect(await store.getSession('s1')).toBeNull()
})
