/** All sessions by their last activity: those that fall asleep, and those whose time is over. */
import type { SessionRecord, Store } from '../../../core/ports/store.ts'
import type { RedisConnection } from './connection.ts'
import { type Entry, page, pairs, rescore, underWayMs } from './index-entries.ts'
import type { Keys } from './keys.ts'
import type { Records } from './records.ts'

export interface ActivityIndex {
  idleSince: Store['idleSince']
  /** Calls `remove` for each that seems to be untouched; it says whether it is gone. */
  untouched(
    input: { before: string; limit: number },
    remove: (sessionId: string) => Promise<boolean>,
  ): Promise<string[]>
  /** After a session was closed: it falls asleep no more. */
  settleClosed(sessionId: string): Promise<void>
}

export function createActivityIndex(
  connection: RedisConnection,
  { keys, records }: { keys: Keys; records: Records },
): ActivityIndex {
  const { command } = connection

  async function entriesOf(index: string, beforeMs: number, offset: number): Promise<Entry[]> {
    const reply = await command((client) =>
      client.zrange(index, '-inf', `(${beforeMs}`, 'BYSCORE', 'LIMIT', offset, page, 'WITHSCORES'),
    )
    return pairs(reply)
  }

  /** What became of an entry: whether it still stands there. */
  async function putRight(
    index: string,
    entry: Entry,
    record: SessionRecord | null,
  ): Promise<boolean> {
    const isGone = record === null || (index === keys.idle && record.state === 'closed')
    const atMs = isGone ? null : Date.parse(record.lastActivity)
    if (atMs === entry.score) return true
    if (Date.now() - entry.score < underWayMs) return true
    await rescore(connection, index, entry, atMs)
    return false
  }

  return {
    async idleSince({ before, limit }) {
      const beforeMs = Date.parse(before)
      const found: SessionRecord[] = []
      for (let offset = 0; ; ) {
        const entries = await entriesOf(keys.idle, beforeMs, offset)
        for (const entry of entries) {
          const record = await records.get(entry.sessionId)
          if (await putRight(keys.idle, entry, record)) offset += 1
          if (record?.state === 'idle' && record.lastActivity < before) found.push(record)
          if (found.length >= limit) break
        }
        if (entries.length < page || found.length >= limit) break
      }
      found.sort((a, b) => (a.lastActivity < b.lastActivity ? -1 : 1))
      return found.map(({ sessionId }) => sessionId)
    },

    async untouched({ before, limit }, removeOne) {
      const beforeMs = Date.parse(before)
      const gone: string[] = []
      for (let offset = 0; ; ) {
        const entries = await entriesOf(keys.rest, beforeMs, offset)
        for (const entry of entries) {
          if (gone.length >= limit) break
          if (await removeOne(entry.sessionId)) {
            gone.push(entry.sessionId)
            continue
          }
          const record = await records.get(entry.sessionId)
          if (await putRight(keys.rest, entry, record)) offset += 1
        }
        if (entries.length < page || gone.length >= limit) return gone
      }
    },

    async settleClosed(sessionId) {
      const score = await command((client) => client.zscore(keys.idle, sessionId))
      if (score === null) return
      const record = await records.get(sessionId)
      const entry = { sessionId, score: Number(score) }
      if (record?.state === 'closed') await rescore(connection, keys.idle, entry, null)
    },
  }
}
