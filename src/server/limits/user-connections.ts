/**
 * Connections of each user, counted on this server, and over all servers where they share a Redis. A server says
 * there how many it has, and again before that runs out: what a dead one had is free soon after. Used by the
 * connection limits.
 */
import type { RedisConnection } from '../store/redis/connection.ts'
import type { Keys } from '../store/redis/keys.ts'
import { scripts } from '../store/redis/scripts.ts'

export interface UserConnections {
  /** Resolves with what to call when it ends; with null, and nothing counted, where the user has too many. */
  enter(userId: string): Promise<(() => void) | null>
  close(): void
}

/** What all servers count together. */
export interface SharedCounts {
  /** False where there are too many, with `own` of this server. */
  enter(userId: string, own: number): Promise<boolean>
  say(userId: string, own: number): void
  /** Says again what is so. */
  refreshMs: number
}

export function createUserConnections(
  most: number,
  shared: SharedCounts | null = null,
): UserConnections {
  const counts = new Map<string, number>()

  function add(userId: string, by: 1 | -1): number {
    const count = (counts.get(userId) ?? 0) + by
    // A count of nought is forgotten: strangers must not fill the map.
    if (count > 0) counts.set(userId, count)
    else counts.delete(userId)
    return count
  }
  function leaveOnce(userId: string): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      const own = add(userId, -1)
      shared?.say(userId, own)
    }
  }
  const sayAll = () => {
    for (const [userId, count] of counts) shared?.say(userId, count)
  }
  const refresh = shared ? setInterval(sayAll, shared.refreshMs) : undefined

  return {
    async enter(userId) {
      if ((counts.get(userId) ?? 0) >= most) return null
      const own = add(userId, 1)
      const leave = leaveOnce(userId)
      if (!shared || (await shared.enter(userId, own))) return leave
      leave()
      return null
    },
    close: () => clearInterval(refresh),
  }
}

const livesMs = 24_000

/** `server` is this process among all. While Redis does not answer, each server counts its own alone. */
export function createSharedCounts(
  { connection, keys }: { connection: RedisConnection; keys: Keys },
  { most, server }: { most: number; server: string },
): SharedCounts {
  const run = (userId: string, own: number, limit: number) =>
    connection.run(scripts.enter, [keys.user(userId).connections], [server, own, limit, livesMs])
  return {
    refreshMs: livesMs / 3,
    enter: (userId, own) =>
      run(userId, own, most).then(
        (admitted) => admitted === 1,
        () => true,
      ),
    say(userId, own) {
      run(userId, own, 0).catch(() => undefined)
    },
  }
}
