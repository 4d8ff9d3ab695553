/**
 * Where sessions are found: lists of a user, and sorted sets of all. They lie in other slots than the sessions,
 * so no commit covers both. Three things keep them true all the same: an entry is written before the commit that
 * it is for, so that no crash loses it; whatever is found is looked up in its session, which alone says what is so;
 * and what turns out to be wrong there is put right, unless it is so young that its commit may be under way.
 * Here they are written; each is read in a file of its own. Used by the operations.
 */
import type { SessionRecord, Summary } from '../../../core/ports/store.ts'
import { type ActivityIndex, createActivityIndex } from './activity-index.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import type { Records } from './records.ts'
import { createUnfinishedIndex } from './unfinished-index.ts'
import { createUserIndex, type UserIndex } from './user-index.ts'
import type { Words } from './words.ts'

export interface Indexes
  extends Pick<UserIndex, 'list' | 'sessionsOf'>,
    Pick<ActivityIndex, 'idleSince' | 'untouched'> {
  /** Before a commit: null where nothing has to be done first. */
  prepare(sessionId: string, summary: Partial<Summary>): Promise<void> | null
  prepareNew(record: Omit<SessionRecord, 'lastSeq' | 'controlSeq'>): Promise<void>
  /** After it: what has no place in an index any more. */
  settle(sessionId: string, summary: Partial<Summary>): void
  remove(sessionId: string, userId: string): Promise<void>
  unfinished(): Promise<string[]>
}

export function createIndexes(
  connection: RedisConnection,
  { keys, records, words }: { keys: Keys; records: Records; words: Words },
): Indexes {
  const { command } = connection
  const ofUser = createUserIndex(connection, { keys, records, words })
  const byActivity = createActivityIndex(connection, { keys, records })
  const unfinished = createUnfinishedIndex(connection, keys)

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
    if (state === 'queued' || state === 'running') done.push(unfinished.mark(sessionId))
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
      byActivity.settleClosed(sessionId).catch(() => undefined)
    },

    async remove(sessionId, userId) {
      await Promise.all([
        ofUser.remove(sessionId, userId),
        unfinished.remove(sessionId),
        ...[keys.idle, keys.rest].map((index) =>
          command((client) => client.zrem(index, sessionId)),
        ),
      ])
    },

    list: ofUser.list,
    sessionsOf: ofUser.sessionsOf,
    unfinished: unfinished.find,
    idleSince: byActivity.idleSince,
    untouched: byActivity.untouched,
  }
}
