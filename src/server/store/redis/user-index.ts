/** The sessions of a user: the list at the side with its search, and all of them by their names. */
import type { ListInput, SessionRecord, Store } from '../../../core/ports/store.ts'
import { matchTitle, readSearch, type Search } from '../search-words.ts'
import type { RedisConnection } from './connection.ts'
import { type Entry, page, pairs, rescore, underWayMs } from './index-entries.ts'
import type { Keys } from './keys.ts'
import type { Records } from './records.ts'
import { strings } from './replies.ts'
import { scripts } from './scripts.ts'
import type { Words } from './words.ts'

export interface UserIndex {
  list(input: ListInput): Promise<SessionRecord[]>
  sessionsOf: Store['sessionsOf']
  remove(sessionId: string, userId: string): Promise<void>
}

export function createUserIndex(
  connection: RedisConnection,
  { keys, records, words }: { keys: Keys; records: Records; words: Words },
): UserIndex {
  const { run, command } = connection

  async function remove(sessionId: string, userId: string): Promise<void> {
    const { list, names, titles } = keys.user(userId)
    await Promise.all([
      command((client) => client.zrem(list, sessionId)),
      command((client) => client.zrem(names, sessionId)),
      command((client) => client.hdel(titles, sessionId)),
    ])
  }

  /** Of what a list has, what is so; the rest is taken out of it. */
  async function ownRecords(userId: string, entries: readonly Entry[]): Promise<SessionRecord[]> {
    const found = await Promise.all(entries.map(({ sessionId }) => records.get(sessionId)))
    const own = found.map((record) => (record?.userId === userId ? record : null))
    await Promise.all(
      entries.map(async (entry, index) => {
        const record = own[index]
        const atMs = record ? Date.parse(record.lastActivity) : null
        if (atMs === -entry.score || Date.now() + entry.score < underWayMs) return
        if (atMs === null) await remove(entry.sessionId, userId)
        else await rescore(connection, keys.user(userId).list, entry, -atMs)
      }),
    )
    return own.filter((record) => record !== null)
  }

  async function matching(own: SessionRecord[], wanted: Search): Promise<SessionRecord[]> {
    const found = await Promise.all(
      own.map(({ sessionId, title }) => {
        const match = matchTitle(title, wanted)
        return typeof match === 'boolean' ? match : words.has(sessionId, match)
      }),
    )
    return own.filter((_, at) => found[at])
  }

  return {
    remove,

    async list({ userId, limit, after, search }) {
      const { list } = keys.user(userId)
      const wanted = readSearch(search)
      // Few sessions have what is searched for: many are looked at in one go.
      const size = wanted ? page : limit
      let place = after
        ? { score: String(-Date.parse(after.lastActivity)), sessionId: after.sessionId }
        : { score: '-inf', sessionId: '' }
      const result: SessionRecord[] = []
      for (;;) {
        const { score, sessionId } = place
        const args = [score, sessionId, size]
        const entries = pairs(strings.parse(await run(scripts.list, [list], args)))
        const own = await ownRecords(userId, entries)
        result.push(...(wanted ? await matching(own, wanted) : own))
        const last = entries.at(-1)
        if (!last || entries.length < size || result.length >= limit) return result.slice(0, limit)
        place = { score: String(last.score), sessionId: last.sessionId }
      }
    },

    async sessionsOf({ userId, createdBy, after, limit }) {
      const { names } = keys.user(userId)
      const result: string[] = []
      let from = after === undefined ? '-' : `(${after}`
      for (;;) {
        const ids = await command((client) =>
          client.zrangebylex(names, from, '+', 'LIMIT', 0, limit),
        )
        const found = await Promise.all(ids.map((id) => records.get(id)))
        for (const record of found) {
          if (record?.userId !== userId || record.createdAt > createdBy) continue
          if (result.length < limit) result.push(record.sessionId)
        }
        const last = ids.at(-1)
        if (last === undefined || ids.length < limit || result.length >= limit) return result
        from = `(${last}`
      }
    },
  }
}
