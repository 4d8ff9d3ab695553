/** The shared store passes the contract of all stores. */
import { afterAll, beforeAll } from 'vitest'
import { describeStore } from '../store-contract.ts'
import { type RedisProcess, startRedis } from './testing/redis-process.ts'
import { openRedisUnderTest } from './testing/redis-under-test.ts'

let redis: RedisProcess
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis[Symbol.asyncDispose]())

describeStore('the Redis store', { open: () => openRedisUnderTest(redis.url) })
