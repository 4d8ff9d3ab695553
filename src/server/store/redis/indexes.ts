/**
 * Where sessions are found: lists of a user, and sorted sets of all. They lie in other slots than the sessions,
 * so no commit covers both. Three things keep them true all the same: an entry is written before the commit that
 * it is for, so that no crash loses it; whatever is found is looked up in its session, which alone says what is so;
 * and what turns out to be wrong there is put right, unless it is so young that its commit may be under way.
 * Used by the operations.
 */
import { z } from 'zod'
import type { ListInput, SessionRecord, Store, Summary } from '../../../core/ports/store.ts'
import { matchTitle, readSearch, type Search } from '../search-words.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import type { Records } from './records.ts'
import { strings } from './replies.ts'
import { scripts } from './scripts.ts'
import type { Words } from './words.ts'

/** A commit that takes longer has been given up by who asked for it. */
const underWayMs = 30_000
const page = 100

export interface Indexes {
  /** Before a commit: null where nothing has to be done first. */
  prepare(sessionId: string, summary: Partial<Summary>): Promise<void> | null
  prepareNew(record: Omit<SessionRecord, 'lastSeq' | 'controlSeq'>): Promise<void>
  /** After it: what has no place in an index any more. */
  settle(sessionId: string, summary: Partial<Summary>): void
  remove(sessionId: string, userId: string): Promise<void>
  list(input: ListInput): Promise<SessionRecord[]>
  sessionsOf: Store['sessionsOf']
  unfinished(): Promise<string[]>
  idleSince: Store['idleSince']
  /** Calls `remove` for each that seems to be untouched; it says whether it is gone. */
  untouched(
    input: { before: string; limit: number },
    remove: (sessionId: string) => Promise<boolean>,
  ): Promise<string[]>
}

interface Entry {
  sessionId: string
  score: number
}

const peeked = z.tuple([z.string(), z.string(), z.int()]).nullable()

export function createIndexes(
  connection: RedisConnection,
  { keys, records, words }: { keys: Keys; records: Records; words: Words },
): Indexes {
  /** Of sessions that this process put into the index of unfinished ones: when. */
  const marked = new Map<string, number>()
  /** Sessions that somebody runs: until when nobody need look. */
  const leased = new Map<string, number>()

  const run = connection.run
  const command = connection.command

  /** Often said for one session, so not more often than it matters. */
  async function mark(sessionId: string): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - (marked.get(sessionId) ?? Number.NEGATIVE_INFINITY) < underWayMs / 6) return
    await run(scripts.mark, [keys.unfinished], [sessionId])
    marked.delete(sessionId)
    marked.set(sessionId, nowMs)
    const first = marked.size > 20_000 ? marked.keys().next() : null
    if (first && !first.done) marked.delete(first.value)
  }

  function touch(sessionId: string, userId: string, { lastActivity, state }: Partial<Summary>) {
    const done: Promise<unknown>[] = []
    if (lastActivity !== undefined) {
      const atMs = Date.parse(lastActivity)
      done.push(
        command((client) => client.zadd(keys.user(userId).list, 'LT', -atMs, sessionId)),
        command((client) => client.zadd(keys.rest, 'GT', atMs, sessionId)),
      )
      if (state !== 'closed') {
        done.push(command((client) => client.zadd(keys.idle, 'GT', atMs, sessionId)))
      }
    } else if (state === 'idle') {
      done.push(command((client) => client.zadd(keys.idle, 'NX', 0, sessionId)))
    }
    if (state === 'queued' || state === 'running') done.push(mark(sessionId))
    return done
  }

  async function prepare(
    owner: string | null | Promise<string | null>,
    sessionId: string,
    summary: Partial<Summary>,
  ): Promise<void> {
    // Not waited for where it is known: what is asked for next must not overtake this.
    const userId = typeof owner === 'string' || owner === null ? owner : await owner
    if (userId === null) return
    await Promise.all(touch(sessionId, userId, summary))
  }

  function rescore(
    index: string,
    { sessionId, score }: Entry,
    next: number | null,
  ): Promise<unknown> {
    return run(scripts.rescore, [index], [sessionId, score, next ?? ''])
  }

  async function entriesOf(index: string, beforeMs: number, offset: number): Promise<Entry[]> {
    const reply = await command((client) =>
      client.zrange(index, '-inf', `(${beforeMs}`, 'BYSCORE', 'LIMIT', offset, page, 'WITHSCORES'),
    )
    return pairs(reply)
  }

  /** What became of an entry of an index by activity: whether it still stands there. */
  async function putRight(
    index: string,
    entry: Entry,
    record: SessionRecord | null,
  ): Promise<boolean> {
    const isGone = record === null || (index === keys.idle && record.state === 'closed')
    const atMs = isGone ? null : Date.parse(record.lastActivity)
    if (atMs === entry.score) return true
    if (Date.now() - entry.score < underWayMs) return true
    await rescore(index, entry, atMs)
    return false
  }

  async function removeFromUser(sessionId: string, userId: string): Promise<void> {
    const { list, names, titles } = keys.user(userId)
    await Promise.all([
      command((client) => client.zrem(list, sessionId)),
      command((client) => client.zrem(names, sessionId)),
      command((client) => client.hdel(titles, sessionId)),
    ])
  }

  async function remove(sessionId: string, userId: string): Promise<void> {
    marked.delete(sessionId)
    await Promise.all([
      removeFromUser(sessionId, userId),
      ...[keys.idle, keys.rest, keys.unfinished].map((index) =>
        command((client) => client.zrem(index, sessionId)),
      ),
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
        if (atMs === null) await removeFromUser(entry.sessionId, userId)
        else await rescore(keys.user(userId).list, entry, -atMs)
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
    prepare(sessionId, summary) {
      const { lastActivity, state } = summary
      if (lastActivity === undefined && (!state || state === 'closed')) return null
      return prepare(records.ownerOf(sessionId), sessionId, summary)
    },

    async prepareNew({ sessionId, userId, ...summary }) {
      const { names } = keys.user(userId)
      await Promise.all([
        command((client) => client.zadd(names, 0, sessionId)),
        prepare(userId, sessionId, summary),
      ])
    },

    settle(sessionId, { state, lastActivity }) {
      if (state !== 'closed' || lastActivity !== undefined) return
      // If that is possible now: whoever finds it there looks it up anyway.
      command((client) => client.zscore(keys.idle, sessionId))
        .then(async (score) => {
          if (score === null) return
          const record = await records.get(sessionId)
          const entry = { sessionId, score: Number(score) }
          if (record?.state === 'closed') await rescore(keys.idle, entry, null)
        })
        .catch(() => undefined)
    },

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

    async unfinished() {
      const [now = '0', ...rest] = strings.parse(await run(scripts.marked, [keys.unfinished]))
      const nowMs = performance.now()
      for (const [sessionId, untilMs] of leased) if (untilMs <= nowMs) leased.delete(sessionId)
      const found: string[] = []
      const look = async (entry: Entry) => {
        const { sessionId, score } = entry
        const { head } = keys.session(sessionId)
        const peek = peeked.parse(await run(scripts.peek, [head]))
        const isWaiting = peek !== null && (peek[0] === 'queued' || peek[0] === 'running')
        if (isWaiting && peek[2] === 0) found.push(sessionId)
        else if (isWaiting) leased.set(sessionId, nowMs + peek[2])
        else if (Number(now) - score > underWayMs) await rescore(keys.unfinished, entry, null)
      }
      const entries = pairs(rest).filter(({ sessionId }) => !leased.has(sessionId))
      for (let at = 0; at < entries.length; at += page) {
        await Promise.all(entries.slice(at, at + page).map(look))
      }
      return found
    },

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
  }
}

function pairs(reply: readonly string[]): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < reply.length; at += 2) {
    entries.push({ sessionId: reply[at] ?? '', score: Number(reply[at + 1]) })
  }
  return entries
}
