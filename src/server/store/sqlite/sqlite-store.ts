/**
 * The embedded store: one SQLite file in the data folder, held by one process. Used by the agent server
 * where no Redis is set.
 *
 * `synchronous=NORMAL` in WAL: a commit is with the operating system when it returns, so `kill -9` loses
 * nothing. A power cut or a crash of the operating system may take back the last commits, up to the last
 * checkpoint; it never leaves half of one, and never a damaged file. FULL would wait for the disk in
 * each commit, which is the tick of every running answer.
 */
import { DatabaseSync } from 'node:sqlite'
import { AgentError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { Store } from '../../../core/ports/store.ts'
import { createWatchers } from '../watchers.ts'
import { asDataDirError, openDataDir } from './data-dir.ts'
import { defaultJournalLimits, type JournalLimits, openDeltaJournal } from './delta-journal.ts'
import { createGroupCommit, type Operation } from './group-commit.ts'
import { createHeads } from './heads.ts'
import { createLeases } from './leases.ts'
import { createNotices } from './notices.ts'
import { createOnceKeys } from './once-keys.ts'
import { prepareQueries } from './queries.ts'
import { createRevocations } from './revocations.ts'
import { migrate } from './schema.ts'
import { prepareSpent } from './spent.ts'
import { asStoreError } from './sqlite-error.ts'
import { catchUpWords } from './words.ts'
import { prepareWriteOperations } from './write-operations.ts'

export interface SqliteStoreOptions {
  dataDir: string
  log: Logger
  /** The main file grows no further; a write that needs more gets `STORE_UNAVAILABLE`. Unset: the disk decides. */
  maxPages?: number
  journalLimits?: JournalLimits
  /** The clock of the leases. */
  monotonicMs?: () => number
}

/**
 * Throws `DataDirInUseError` where another process has the folder, and `DataDirError` where it cannot be
 * used, or was written by a newer version. Close it: that leaves one file, checkpointed.
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const { dataDir, log } = options
  const dir = openDataDir(dataDir, log)
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(dir.databasePath)
    prepareDatabase(db, options)
    return createStore(db, options, dir.release)
  } catch (cause) {
    db?.close()
    dir.release()
    throw asDataDirError(dataDir, cause)
  }
}

function prepareDatabase(db: DatabaseSync, { dataDir, maxPages, log }: SqliteStoreOptions): void {
  // Before anything else, the change to WAL included: an operator's tool may have the file for a moment.
  db.exec('pragma busy_timeout = 2000')
  db.exec('pragma journal_mode = wal')
  db.exec('pragma synchronous = normal')
  db.exec('pragma foreign_keys = on')
  db.exec('pragma cache_size = -32768')
  db.exec('pragma journal_size_limit = 67108864')
  migrate(db, dataDir)
  catchUpWords(db, log)
  if (maxPages !== undefined) db.exec(`pragma max_page_count = ${maxPages}`)
}

function createStore(db: DatabaseSync, options: SqliteStoreOptions, release: () => void): Store {
  const { log, journalLimits = defaultJournalLimits } = options
  const { monotonicMs = () => performance.now() } = options
  const watchers = createWatchers(log)
  const journal = openDeltaJournal(db, journalLimits)
  const heads = createHeads(db, journal)
  const onceKeys = createOnceKeys(db)
  const leases = createLeases({ db, heads, monotonicMs })
  const notices = createNotices(db)
  const revocations = createRevocations(db, log)
  const queries = prepareQueries({ db, heads, journal })
  const spent = prepareSpent(db)
  const operations = prepareWriteOperations({ db, heads, onceKeys, spent, watchers })
  const commits = createGroupCommit({ db, journal, log, onRollback: heads.clear })
  let closing: Promise<void> | null = null

  /** Async, so that what throws rejects. */
  async function query<T>(run: () => T): Promise<T> {
    if (closing !== null) throw new AgentError('STORE_UNAVAILABLE')
    try {
      return run()
    } catch (cause) {
      throw asStoreError(cause)
    }
  }

  function write<T>(operation: Operation<T>): Promise<T> {
    heads.trim()
    return commits.run(operation)
  }

  async function close(): Promise<void> {
    // A watcher may ask for it in the middle of a commit's telling.
    await null
    commits.close()
    try {
      db.exec('pragma wal_checkpoint(truncate)')
    } catch (cause) {
      // The next start reads the log that is left: nothing is lost.
      log.warn({ err: cause }, 'the store could not checkpoint as it closed')
    }
    db.close()
    release()
  }

  return {
    append: (input) => write(operations.append(input)),
    createSession: (input) => write(operations.createSession(input)),
    async deleteSession(sessionId) {
      const deleted = await write(operations.deleteSession(sessionId))
      if (deleted) leases.forget(sessionId)
      return deleted
    },
    getSession: (sessionId) => query(() => queries.getSession(sessionId)),
    listSessions: (input) => query(() => queries.listSessions(input)),
    addSpend: (spend) => write(operations.addSpend(spend)),
    spent: (of) => query(() => spent.of(of)),
    findOnce: (key) => query(() => onceKeys.find(key)),
    read: (input) => query(() => queries.read(input)),
    unfinished: () => query(queries.unfinished),
    idleSince: (input) => query(() => queries.idleSince(input)),
    async deleteUntouched(input) {
      const deleted = await write(operations.deleteUntouched(input))
      for (const sessionId of deleted) leases.forget(sessionId)
      return deleted
    },
    watch: watchers.watch,
    acquireLease: (input) => write(leases.acquire(input)),
    renewLease: (lease, ttlMs) => query(() => leases.renew(lease, ttlMs)),
    releaseLease: (lease) => query(() => leases.release(lease)),
    beginNotice: (input) => write(notices.begin(input)),
    sessionsOf: (input) => query(() => notices.sessionsOf(input)),
    revoke: (revocation) => write(revocations.revoke(revocation)),
    revocations: () => query(revocations.all),
    watchRevocations: revocations.watch,
    ping: () => query(queries.ping),
    close() {
      closing ??= close()
      return closing
    },
  }
}
