/**
 * Whose tokens are void since when, and telling it: of each revocation once, from whichever server it came. A bell
 * may be lost, so after a reconnect, and now and then, the number of revocations is looked at. Used by
 * `openRedisStore`.
 */
import { z } from 'zod'
import type { Logger } from '../../../core/ports/log.ts'
import type { Revocation, RevocationStore } from '../../../core/ports/revocations.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import { count } from './replies.ts'
import { scripts } from './scripts.ts'

export interface Revocations extends RevocationStore {
  close(): void
}

const announced = z.tuple([z.string(), z.int()])

/** Listens from the start, so that nothing is missed between two watchers. */
export async function openRevocations(
  connection: RedisConnection,
  { keys: { revoked }, log }: { keys: Keys; log: Logger },
): Promise<Revocations> {
  const listeners = new Set<(revocation: Revocation) => void>()
  const told = new Map<string, number>()
  let version = ''

  function tell(revocation: Revocation): void {
    const { userId, untilMs } = revocation
    if (untilMs <= (told.get(userId) ?? -1)) return
    told.set(userId, untilMs)
    for (const listener of [...listeners]) {
      try {
        listener(revocation)
      } catch (cause) {
        log.error({ err: cause }, 'a watcher of revocations threw')
      }
    }
  }

  async function all(): Promise<Revocation[]> {
    const users = await connection.command((client) => client.hgetall(revoked.users))
    return Object.entries(users).map(([userId, until]) => ({ userId, untilMs: count.parse(until) }))
  }

  async function look(): Promise<void> {
    const now = await connection.command((client) => client.get(revoked.version))
    if ((now ?? '') === version) return
    for (const revocation of await all()) tell(revocation)
    version = now ?? ''
  }
  const lookNow = () => void look().catch(() => undefined)

  connection.onMessage((channel, message) => {
    if (channel !== revoked.bell) return
    const [userId, untilMs] = announced.parse(JSON.parse(message))
    tell({ userId, untilMs })
  })
  connection.onMissed(lookNow)
  await connection.listen(revoked.bell)
  await look()
  const poll = setInterval(lookNow, connection.times.pollMs / 5)

  return {
    async revoke({ userId, untilMs }) {
      const args = [userId, untilMs, revoked.bell]
      const holds = await connection.run(scripts.revoke, [revoked.users, revoked.version], args)
      const revocation = { userId, untilMs: count.parse(holds) }
      tell(revocation)
      return revocation
    },
    revocations: all,
    watchRevocations(listener) {
      const own = (revocation: Revocation) => listener(revocation)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    close: () => clearInterval(poll),
  }
}
