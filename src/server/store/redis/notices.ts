/** Notices that were begun. Used by `openRedisStore`. */
import { z } from 'zod'
import type { NoticeInput, NoticeResult } from '../../../core/ports/notices.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import { scripts } from './scripts.ts'

const begun = z.tuple([z.string(), z.string()])

export async function beginNotice(
  connection: RedisConnection,
  { notices }: Keys,
  { id, hash, at, forgetBefore }: NoticeInput,
): Promise<NoticeResult> {
  const value = JSON.stringify([hash, at] satisfies z.infer<typeof begun>)
  const args = [id, value, Date.parse(at), Date.parse(forgetBefore)]
  const seen = await connection.run(scripts.notice, [notices.byId, notices.byAge], args)
  if (seen === null) return { outcome: 'begun', at }
  const [before, since] = begun.parse(JSON.parse(z.string().parse(seen)))
  return before === hash ? { outcome: 'repeated', at: since } : { outcome: 'id-conflict' }
}
