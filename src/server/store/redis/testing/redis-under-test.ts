/** Stores on a Redis of the tests, each with keys of its own. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../../../../core/ports/store.ts'
import { type LogLine, recordingLog } from '../../sqlite/sqlite-under-test.ts'
import type { StoreUnderTest } from '../../store-contract.ts'
import { defaultRedisTimes, type RedisTimes } from '../clients.ts'
import { openConnection, type RedisConnection } from '../connection.ts'
import { createKeys, type Keys } from '../keys.ts'
import { openRedisStore } from '../redis-store.ts'
import { readRedisUrl } from '../redis-url.ts'

export interface OpenStore extends AsyncDisposable {
  store: Store
  connection: RedisConnection
  keys: Keys
  lines: LogLine[]
}

/** A store as a process has one. */
export async function openStore(
  url: string,
  { prefix = `t${randomBytes(6).toString('hex')}`, times = {} as Partial<RedisTimes> } = {},
): Promise<OpenStore> {
  const read = readRedisUrl(`${url}?prefix=${prefix}`)
  if (!('value' in read)) throw new Error(read.problem)
  const log = recordingLog()
  const all = { ...defaultRedisTimes, ...times }
  const connection = await openConnection(read.value, { log, times: all })
  const keys = createKeys(prefix)
  const store = await openRedisStore({ connection, keys, log })
  return {
    store,
    connection,
    keys,
    lines: log.lines,
    async [Symbol.asyncDispose]() {
      await store.close()
      await connection.close()
    },
  }
}

export async function openRedisUnderTest(url: string): Promise<StoreUnderTest> {
  const prefix = `t${randomBytes(6).toString('hex')}`
  let opened = await openStore(url, { prefix })
  const subject: StoreUnderTest = {
    store: opened.store,
    async reopen() {
      await opened[Symbol.asyncDispose]()
      opened = await openStore(url, { prefix })
      subject.store = opened.store
    },
    // The clock of the leases is Redis's own, which nobody moves.
    elapse: (ms) => sleep(ms),
    async dispose() {
      await opened[Symbol.asyncDispose]()
    },
  }
  return subject
}
