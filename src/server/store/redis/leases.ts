/** Who may run which session's turns, by Redis's own clock. Used by `openRedisStore`. */
import { z } from 'zod'
import type { Lease, Store } from '../../../core/ports/store.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import { scripts } from './scripts.ts'

export type Leases = Pick<Store, 'acquireLease' | 'renewLease' | 'releaseLease'>

const fence = z.int().nullable()

export function createLeases(connection: RedisConnection, keys: Keys): Leases {
  const renew = async ({ sessionId, owner, fence }: Lease, ms: number) =>
    (await connection.run(scripts.renew, [keys.session(sessionId).head], [owner, fence, ms])) === 1

  return {
    async acquireLease({ sessionId, owner, ttlMs }) {
      const { head } = keys.session(sessionId)
      const taken = fence.parse(await connection.run(scripts.acquire, [head], [owner, ttlMs]))
      return taken === null ? null : { sessionId, owner, fence: taken }
    },
    renewLease: renew,
    async releaseLease(lease) {
      await renew(lease, 0)
    },
  }
}
