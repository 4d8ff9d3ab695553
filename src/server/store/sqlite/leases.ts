/**
 * Who may run which session's turns. Used by `openSqliteStore`. Fences are on disk, so that they only ever
 * rise; holders are in memory, since one process has the folder and they end with it.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Lease } from '../../../core/ports/store.ts'
import type { Operation } from './group-commit.ts'
import type { Heads } from './heads.ts'

interface Holder {
  owner: string
  fence: number
  expiresAtMs: number
}

export interface Leases {
  acquire(input: { sessionId: string; owner: string; ttlMs: number }): Operation<Lease | null>
  renew(lease: Lease, ttlMs: number): boolean
  release(lease: Lease): void
  /** The session is gone. */
  forget(sessionId: string): void
}

/** `monotonicMs` never goes back, unlike the time of day. */
export function createLeases(parts: {
  db: DatabaseSync
  heads: Heads
  monotonicMs: () => number
}): Leases {
  const { heads, monotonicMs } = parts
  const raiseFence = parts.db.prepare('update sessions set fence = ? where key = ?')
  const holders = new Map<string, Holder>()

  /** Who holds the session's lease now. */
  function holderOf(sessionId: string): Holder | null {
    const holder = holders.get(sessionId)
    if (!holder) return null
    if (holder.expiresAtMs > monotonicMs()) return holder
    holders.delete(sessionId)
    return null
  }

  /** The holder, if it holds by this lease. */
  function heldBy({ sessionId, owner, fence }: Lease): Holder | null {
    const holder = holderOf(sessionId)
    return holder?.owner === owner && holder.fence === fence ? holder : null
  }

  return {
    acquire:
      ({ sessionId, owner, ttlMs }) =>
      (group) => {
        const head = heads.get(sessionId)
        if (!head) return { result: null }
        const before = holderOf(sessionId)
        if (before && before.owner !== owner) return { result: null }
        const fence = head.fence + 1
        group.willWrite()
        raiseFence.run(fence, head.key)
        head.fence = fence
        // At once, and not after the commit: another owner may ask in the same transaction.
        holders.set(sessionId, { owner, fence, expiresAtMs: monotonicMs() + ttlMs })
        group.onRollback(() => {
          if (before) holders.set(sessionId, before)
          else holders.delete(sessionId)
        })
        return { result: { sessionId, owner, fence } }
      },
    renew(lease, ttlMs) {
      const holder = heldBy(lease)
      if (!holder) return false
      holder.expiresAtMs = monotonicMs() + ttlMs
      return true
    },
    release(lease) {
      if (heldBy(lease)) holders.delete(lease.sessionId)
    },
    forget: (sessionId) => holders.delete(sessionId),
  }
}
