/** The sessions that have something to run: what a server looks through for turns that nobody runs. */
import { z } from 'zod'
import type { RedisConnection } from './connection.ts'
import { type Entry, page, pairs, rescore, underWayMs } from './index-entries.ts'
import type { Keys } from './keys.ts'
import { strings } from './replies.ts'
import { scripts } from './scripts.ts'

const mostMarked = 20_000
const peeked = z.tuple([z.string(), z.string(), z.int()]).nullable()

export interface UnfinishedIndex {
  /** Often said for one session, so not more often than it matters. */
  mark(sessionId: string): Promise<void>
  remove(sessionId: string): Promise<unknown>
  /** Those that wait or run, and that nobody has a lease of. */
  find(): Promise<string[]>
}

export function createUnfinishedIndex(connection: RedisConnection, keys: Keys): UnfinishedIndex {
  const { run, command } = connection
  /** Of sessions that this process put there: when. */
  const marked = new Map<string, number>()
  /** Sessions that somebody runs: until when nobody need look. */
  const leased = new Map<string, number>()

  return {
    async mark(sessionId) {
      const nowMs = performance.now()
      if (nowMs - (marked.get(sessionId) ?? Number.NEGATIVE_INFINITY) < underWayMs / 6) return
      await run(scripts.mark, [keys.unfinished], [sessionId])
      marked.delete(sessionId)
      marked.set(sessionId, nowMs)
      const first = marked.size > mostMarked ? marked.keys().next() : null
      if (first && !first.done) marked.delete(first.value)
    },

    remove(sessionId) {
      marked.delete(sessionId)
      return command((client) => client.zrem(keys.unfinished, sessionId))
    },

    async find() {
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
        else if (Number(now) - score > underWayMs) {
          await rescore(connection, keys.unfinished, entry, null)
        }
      }
      const entries = pairs(rest).filter(({ sessionId }) => !leased.has(sessionId))
      for (let at = 0; at < entries.length; at += page) {
        await Promise.all(entries.slice(at, at + page).map(look))
      }
      return found
    },
  }
}
