/** Whose tokens are void since when. Used by `openSqliteStore`. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Logger } from '../../../core/ports/log.ts'
import type { Revocation } from '../../../core/ports/revocations.ts'
import type { Operation } from './group-commit.ts'

export interface Revocations {
  revoke(revocation: Revocation): Operation<Revocation>
  all(): Revocation[]
  watch(listener: (revocation: Revocation) => void): () => void
}

const row = z
  .object({ user_id: z.string(), until_ms: z.int() })
  .transform(({ user_id: userId, until_ms: untilMs }): Revocation => ({ userId, untilMs }))

export function createRevocations(db: DatabaseSync, log: Logger): Revocations {
  const upsert = db.prepare(
    `insert into revocations (user_id, until_ms) values (?, ?)
       on conflict (user_id) do update set until_ms = max(until_ms, excluded.until_ms)
       returning user_id, until_ms`,
  )
  const selectAll = db.prepare('select user_id, until_ms from revocations')
  const listeners = new Set<(revocation: Revocation) => void>()

  return {
    revoke:
      ({ userId, untilMs }) =>
      (group) => {
        group.willWrite()
        const result = row.parse(upsert.get(userId, untilMs))
        const told = () => {
          for (const listener of [...listeners]) {
            try {
              listener(result)
            } catch (cause) {
              // The commit stands, and the others have to hear of it.
              log.error({ err: cause }, 'a watcher of revocations threw')
            }
          }
        }
        return { result, told }
      },
    all: () => selectAll.all().map((found) => row.parse(found)),
    watch(listener) {
      // Of its own, so that the same function may watch twice.
      const own = (revocation: Revocation) => listener(revocation)
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}
