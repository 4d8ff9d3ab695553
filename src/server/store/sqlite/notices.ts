/** Notices that were begun, and whom they are for. Used by `openSqliteStore`. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { NoticeInput, NoticeResult, NoticeStore } from '../../../core/ports/notices.ts'
import type { Operation } from './group-commit.ts'
import { sessionIdRow } from './rows.ts'

export interface Notices {
  begin(input: NoticeInput): Operation<NoticeResult>
  sessionsOf(input: Parameters<NoticeStore['sessionsOf']>[0]): string[]
}

const row = z.object({ hash: z.string(), begun_at: z.string() })

export function createNotices(db: DatabaseSync): Notices {
  const select = db.prepare('select hash, begun_at from notices where id = ?')
  const insert = db.prepare('insert into notices (id, hash, begun_at) values (?, ?, ?)')
  // A few each time, and more than come: so they go without a sweep of their own.
  const forget = db.prepare(
    'delete from notices where id in (select id from notices where begun_at < ? order by begun_at limit 10)',
  )
  const selectSessions = db.prepare(
    `select session_id from sessions indexed by sessions_of_user
      where user_id = :userId and session_id > :after and created_at <= :createdBy
      order by session_id limit :limit`,
  )

  return {
    begin:
      ({ id, hash, at, forgetBefore }) =>
      (group) => {
        const found = select.get(id)
        if (found) {
          const { hash: before, begun_at } = row.parse(found)
          if (before !== hash) return { result: { outcome: 'id-conflict' } }
          return { result: { outcome: 'repeated', at: begun_at } }
        }
        group.willWrite()
        forget.run(forgetBefore)
        insert.run(id, hash, at)
        return { result: { outcome: 'begun', at } }
      },
    sessionsOf: ({ userId, createdBy, after = '', limit }) =>
      selectSessions
        .all({ userId, createdBy, after, limit })
        .map((found) => sessionIdRow.parse(found).session_id),
  }
}
