/** Records of sessions, and to whom they belong. Used all over this folder. */
import type { SessionRecord } from '../../../core/ports/store.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import { decodeRecord, recordFields } from './replies.ts'

export interface Records {
  get(sessionId: string): Promise<SessionRecord | null>
  /** Whose it is, which never changes: from memory, else from Redis. Null where there is none. */
  ownerOf(sessionId: string): string | null | Promise<string | null>
  isOf(sessionId: string, userId: string): void
  forget(sessionId: string): void
}

/** Some 100 bytes each. */
const most = 20_000

export function createRecords(connection: RedisConnection, keys: Keys): Records {
  const owners = new Map<string, string>()

  function isOf(sessionId: string, userId: string): void {
    owners.delete(sessionId)
    owners.set(sessionId, userId)
    const first = owners.size > most ? owners.keys().next() : null
    if (first && !first.done) owners.delete(first.value)
  }

  return {
    isOf,
    async get(sessionId) {
      const { head } = keys.session(sessionId)
      const reply = await connection.command((client) => client.hmget(head, ...recordFields))
      const record = decodeRecord(reply)
      if (record) isOf(sessionId, record.userId)
      return record
    },
    ownerOf(sessionId) {
      const known = owners.get(sessionId)
      if (known !== undefined) return known
      const { head } = keys.session(sessionId)
      return connection
        .command((client) => client.hget(head, 'userId'))
        .then((userId) => {
          if (userId !== null) isOf(sessionId, userId)
          return userId
        })
    },
    forget: (sessionId) => owners.delete(sessionId),
  }
}
