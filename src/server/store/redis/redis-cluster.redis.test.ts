/** The shared store passes the contract of all stores over the slots of a Cluster, too. */
import { afterAll, beforeAll } from 'vitest'
import { describeStore } from '../store-contract.ts'
import { startCluster } from './testing/redis-process.ts'
import { openRedisUnderTest } from './testing/redis-under-test.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster(3)
})
afterAll(() => cluster[Symbol.asyncDispose]())

describeStore('the Redis store on a Cluster', { open: () => openRedisUnderTest(cluster.url) })
