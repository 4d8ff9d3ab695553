/** What the indexes of sessions are made of. Used by `user-index.ts`, `activity-index.ts` and `unfinished-index.ts`. */
import type { RedisConnection } from './connection.ts'
import { scripts } from './scripts.ts'

/** A commit that takes longer has been given up by who asked for it. */
export const underWayMs = 30_000
/** So many entries are looked at in one go. */
export const page = 100

export interface Entry {
  sessionId: string
  score: number
}

/** Of a reply of ids and scores, one after the other. */
export function pairs(reply: readonly string[]): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < reply.length; at += 2) {
    entries.push({ sessionId: reply[at] ?? '', score: Number(reply[at + 1]) })
  }
  return entries
}

/** Puts an entry right that still stands as it was found; null: takes it out. */
export function rescore(
  { run }: RedisConnection,
  index: string,
  { sessionId, score }: Entry,
  next: number | null,
): Promise<unknown> {
  return run(scripts.rescore, [index], [sessionId, score, next ?? ''])
}
