/**
 * Whose tokens are void, in memory: looked at for each call. Kept up with the store, so that what another
 * server or a start before this one revoked counts too. Used by the authenticator.
 */
import type { RevocationStore } from '../../core/ports/revocations.ts'
import type { Identity } from '../trpc/context.ts'

export interface Revoked {
  isVoid(identity: Identity): boolean
  /** Makes void all tokens of this user that were issued up to now. Resolves with that time. */
  revoke(userId: string): Promise<number>
  /** Calls `listener` after each revocation, from wherever it came. */
  onRevoked(listener: () => void): () => void
  close(): void
}

export async function openRevoked(store: RevocationStore, now: () => number): Promise<Revoked> {
  const until = new Map<string, number>()
  const listeners = new Set<() => void>()
  const learn = ({ userId, untilMs }: { userId: string; untilMs: number }) => {
    until.set(userId, Math.max(untilMs, until.get(userId) ?? 0))
  }
  // The watch first: what is revoked while the others are read is not missed.
  const close = store.watchRevocations((revocation) => {
    learn(revocation)
    for (const listener of [...listeners]) listener()
  })
  try {
    for (const revocation of await store.revocations()) learn(revocation)
  } catch (cause) {
    close()
    throw cause
  }
  return {
    isVoid: ({ userId, issuedAtMs }) => issuedAtMs <= (until.get(userId) ?? -1),
    async revoke(userId) {
      const { untilMs } = await store.revoke({ userId, untilMs: now() })
      return untilMs
    },
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close,
  }
}
