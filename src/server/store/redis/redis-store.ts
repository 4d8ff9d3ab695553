/**
 * The shared store: sessions in Redis (7 or later) or Valkey, for any number of agent servers. Used where
 * `REDIS_URL` is set. docs/decisions/049-a-session-is-one-slot.md has the shape of it.
 */
import { randomBytes } from 'node:crypto'
import { AgentError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { Store } from '../../../core/ports/store.ts'
import { systemIds } from '../../system.ts'
import { createWrites } from './appends.ts'
import type { RedisConnection } from './connection.ts'
import { createFeeds } from './feeds.ts'
import { createIndexes } from './indexes.ts'
import type { Keys } from './keys.ts'
import { createLeases } from './leases.ts'
import { createLog } from './log.ts'
import { beginNotice } from './notices.ts'
import { createOnceClaims } from './once-claims.ts'
import { createRecords } from './records.ts'
import { strings } from './replies.ts'
import { openRevocations } from './revocations.ts'
import { scripts } from './scripts.ts'
import { createSpent } from './spent.ts'
import { createWords } from './words.ts'

export interface RedisStoreOptions {
  connection: RedisConnection
  keys: Keys
  log: Logger
}

/** The connection stays the caller's to close, after the store. */
export async function openRedisStore({
  connection,
  keys,
  log: logger,
}: RedisStoreOptions): Promise<Store> {
  const writer = randomBytes(6).toString('base64url')
  const records = createRecords(connection, keys)
  const claims = createOnceClaims(connection, keys)
  const log = createLog(connection, { keys, newEpoch: systemIds.epoch, logger })
  const feeds = createFeeds(connection, { keys, log, writer, logger })
  const words = createWords(connection, { keys, log })
  const indexes = createIndexes(connection, { keys, records, words })
  const spent = createSpent(connection, keys)
  const leases = createLeases(connection, keys)
  const revocations = await openRevocations(connection, { keys, log: logger })
  const parts = { connection, keys, writer, records, claims, indexes, spent, log, feeds }
  const writes = createWrites(parts)
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | null = null

  /** What is asked for before the store is closed is done before it is. */
  function during<T>(work: () => Promise<T>): Promise<T> {
    if (closing) return Promise.reject(new AgentError('STORE_UNAVAILABLE'))
    const working = work()
    underWay.add(working)
    const done = () => underWay.delete(working)
    working.then(done, done)
    return working
  }

  /** `before`: only where it is at rest, and untouched since then. */
  async function remove(sessionId: string, before: string): Promise<boolean> {
    const { head, log, deltas, answers, once, words, bell } = keys.session(sessionId)
    const args = [bell, writer, before]
    const all = [head, log, deltas, answers, once, words]
    const reply = await connection.run(scripts.delete, all, args)
    if (reply === 0) return false
    const [userId = '', ...fields] = strings.parse(reply)
    records.forget(sessionId)
    feeds.deleted(sessionId)
    // It is gone; what is left of it elsewhere is found to be nothing.
    const cleaned = [indexes.remove(sessionId, userId), claims.forget(fields, sessionId)]
    await Promise.all(cleaned).catch((cause: unknown) => {
      logger.warn({ sessionId, err: cause }, 'a deleted session has left something in the indexes')
    })
    return true
  }

  async function close(): Promise<void> {
    // A watcher may ask for it while it is told.
    await null
    await Promise.allSettled([...underWay])
    feeds.close()
    revocations.close()
  }

  return {
    append: (input) => during(() => writes.append(input)),
    createSession: (input) => during(() => writes.create(input)),
    deleteSession: (sessionId) => during(() => remove(sessionId, '')),
    getSession: (sessionId) => during(() => records.get(sessionId)),
    listSessions: (input) => during(() => indexes.list(input)),
    addSpend: (spend) => during(() => spent.add(writes.next(), spend)),
    spent: (of) => during(() => spent.of(of)),
    findOnce: (key) => during(() => claims.find(key)),
    read: (input) => during(async () => (await log.read(input))?.events ?? []),
    unfinished: () =>
      during(async () => {
        await spent.repair()
        return indexes.unfinished()
      }),
    idleSince: (input) => during(() => indexes.idleSince(input)),
    deleteUntouched: (input) =>
      during(() => indexes.untouched(input, (sessionId) => remove(sessionId, input.before))),
    watch: feeds.watch,
    acquireLease: (input) => during(() => leases.acquireLease(input)),
    renewLease: (lease, ttlMs) => during(() => leases.renewLease(lease, ttlMs)),
    releaseLease: (lease) => during(() => leases.releaseLease(lease)),
    beginNotice: (input) => during(() => beginNotice(connection, keys, input)),
    sessionsOf: (input) => during(() => indexes.sessionsOf(input)),
    revoke: (revocation) => during(() => revocations.revoke(revocation)),
    revocations: () => during(() => revocations.revocations()),
    watchRevocations: revocations.watchRevocations,
    ping: () => during(async () => void (await connection.command((client) => client.ping()))),
    close() {
      closing ??= close()
      return closing
    },
  }
}
