/**
 * How many connections there are: of the server, of each address, of each user. WebSockets and streams
 * of server-sent events count alike.
 */
import type { LimitSettings } from '../settings.ts'
import { createUserConnections, type SharedCounts } from './user-connections.ts'

export type Admission = 'admitted' | 'server-full' | 'address-full'

export interface ConnectionLimits {
  /** Whether one more would be admitted. Counts nothing. */
  check(address: string): Admission
  enter(address: string): void
  leave(address: string): void
  /** Resolves with what to call when it ends; with null, and nothing counted, where the user has too many. */
  enterUser(userId: string): Promise<(() => void) | null>
  close(): void
}

export function createConnectionLimits(
  limits: Pick<
    LimitSettings,
    'maxConnections' | 'maxConnectionsPerAddress' | 'maxConnectionsPerUser'
  >,
  shared: SharedCounts | null = null,
): ConnectionLimits {
  const addresses = new Map<string, number>()
  const users = createUserConnections(limits.maxConnectionsPerUser, shared)
  let total = 0
  return {
    check(address) {
      if (total >= limits.maxConnections) return 'server-full'
      if ((addresses.get(address) ?? 0) >= limits.maxConnectionsPerAddress) return 'address-full'
      return 'admitted'
    },
    enter(address) {
      total++
      add(addresses, address, 1)
    },
    leave(address) {
      total--
      add(addresses, address, -1)
    },
    enterUser: users.enter,
    close: users.close,
  }
}

/** A count of nought is forgotten: strangers must not fill the map. */
function add(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}
