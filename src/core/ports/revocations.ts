/**
 * The part of the store port that keeps whose tokens are void, so that a revocation outlives the process
 * and reaches every server. Proved by `src/server/store/contract/revocations.ts`.
 */

/** Tokens of this user that were issued up to a moment are void. */
export interface Revocation {
  userId: string
  /** Milliseconds since 1970. */
  untilMs: number
}

export interface RevocationStore {
  /** Keeps it; of two for a user the later holds. Resolves with what holds. */
  revoke(revocation: Revocation): Promise<Revocation>
  /** All of them, one for each user: read once, at the start. */
  revocations(): Promise<Revocation[]>
  /** Calls `listener` after each commit, from whichever process it came. Returns the end of it. */
  watchRevocations(listener: (revocation: Revocation) => void): () => void
}
