/** The once-keys: a request that was made before is found here. Used by the operations and `findOnce`. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Once, Recorded } from '../../../core/ports/store.ts'

export interface OnceKeys {
  find(key: { userId: string; id: string }): Recorded | null
  /** What a request gets that was made before; null for a new one. */
  seen(once: Once): { outcome: 'duplicate'; recorded: Recorded } | { outcome: 'id-conflict' } | null
  /** In a transaction. `seq` is the first number that the request appended, 0 for none. */
  record(once: Once, sessionKey: number, seq: number): void
}

const recordedRow = z
  .object({
    sessionId: z.string(),
    hash: z.string(),
    seq: z.int(),
    reply: z.string().transform((text): unknown => JSON.parse(text)),
  })
  .transform((row): Recorded => row)

export function createOnceKeys(db: DatabaseSync): OnceKeys {
  const select = db.prepare(
    `select session_id as sessionId, hash, seq, reply
       from once_keys join sessions on sessions.key = once_keys.session
      where once_keys.user_id = ? and once_keys.id = ?`,
  )
  const insert = db.prepare(
    'insert into once_keys (user_id, id, session, hash, seq, reply) values (?, ?, ?, ?, ?, ?)',
  )

  function find({ userId, id }: { userId: string; id: string }): Recorded | null {
    const row = select.get(userId, id)
    return row ? recordedRow.parse(row) : null
  }

  return {
    find,
    seen(once) {
      const recorded = find(once)
      if (!recorded) return null
      return recorded.hash === once.hash
        ? { outcome: 'duplicate', recorded }
        : { outcome: 'id-conflict' }
    },
    record({ userId, id, hash, reply }, sessionKey, seq) {
      insert.run(userId, id, sessionKey, hash, seq, JSON.stringify(reply ?? null))
    },
  }
}
