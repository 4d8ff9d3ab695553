/** The connection to Redis, on a real one. */
import { expect, test } from 'vitest'
import { type RedisProcess, startRedis } from './testing/redis-process.ts'
import { openStore } from './testing/redis-under-test.ts'

async function readsOf(redis: RedisProcess): Promise<number> {
  const info = String(await redis.ask('INFO', 'stats'))
  return Number(/^total_reads_processed:(\d+)/m.exec(info)?.[1])
}

test('what is asked for in one turn of the event loop reaches Redis together, in its order', async () => {
  await using redis = await startRedis()
  await using opened = await openStore(redis.url)
  const { connection } = opened
  const before = await readsOf(redis)
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => connection.command((client) => client.incr('count'))),
  )
  expect(answers).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  // Some are of the other connections: its signs of life, and those that ask for the figure.
  expect((await readsOf(redis)) - before).toBeLessThan(40)
})
