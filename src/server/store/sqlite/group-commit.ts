/**
 * The one writer: whatever is asked for in one turn of the event loop becomes one transaction. Used by
 * all operations of the embedded store that write.
 *
 * `setImmediate` and not `queueMicrotask` gathers them: it runs after all timers and sockets of the
 * turn, so that what one tick of the core appends is together, also where an append waits for a promise
 * first. A commit costs some 50 µs however much is in it.
 *
 * An operation that fails is taken back alone, by its savepoint. Where the file itself refuses (a full
 * disk), the whole transaction is taken back, and each operation in it rejects.
 */
import type { DatabaseSync } from 'node:sqlite'
import { AgentError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { DeltaJournal } from './delta-journal.ts'
import { createJournalBatch, type JournalBatch } from './journal-batch.ts'
import { isConstraintError, isSqliteError } from './sqlite-error.ts'

/** What an operation may do to the transaction that it is part of. */
export interface Group {
  readonly journal: JournalBatch
  /** To be called before the first SQL write. What only adds deltas writes none, and is cheaper. */
  willWrite(): void
  /** Called where the whole transaction is taken back, for what the operation changed in memory. */
  onRollback(undo: () => void): void
}

/**
 * Runs inside the transaction; what it changes in memory it changes last, when nothing can throw any more.
 * `told` is called after the commit, before the promise resolves.
 */
export type Operation<T> = (group: Group) => { result: T; told?: () => void }

export interface GroupCommit {
  run<T>(operation: Operation<T>): Promise<T>
  /** Commits what waits, now; what is asked for later rejects with `STORE_UNAVAILABLE`. */
  close(): void
}

interface Task {
  /** Runs the operation; returns what is to be done after the commit. */
  run(group: Group): () => void
  reject(cause: unknown): void
}

export function createGroupCommit(parts: {
  db: DatabaseSync
  journal: DeltaJournal
  log: Logger
  /** Called where a transaction was taken back. */
  onRollback: () => void
}): GroupCommit {
  const { db, journal, log } = parts
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  const rollback = db.prepare('rollback')
  const savepoint = db.prepare('savepoint operation')
  const release = db.prepare('release operation')
  const rollbackOperation = db.prepare('rollback to operation')
  let waiting: Task[] = []
  let closed = false
  let failing = false

  /** Runs one task under its savepoint. Throws only what spoils the whole transaction. */
  function attempt(task: Task, batch: JournalBatch, undos: (() => void)[]): (() => void) | null {
    let writes = false
    const takeBack = batch.mark()
    const group: Group = {
      journal: batch,
      willWrite() {
        if (writes) return
        savepoint.run()
        writes = true
      },
      onRollback: (undo) => undos.push(undo),
    }
    try {
      const done = task.run(group)
      if (writes) release.run()
      return done
    } catch (cause) {
      if (isSqliteError(cause) && !isConstraintError(cause)) throw cause
      takeBack()
      if (writes) {
        rollbackOperation.run()
        release.run()
      }
      task.reject(cause)
      return null
    }
  }

  function transact(tasks: readonly Task[]): (() => void)[] {
    const undos: (() => void)[] = []
    try {
      begin.run()
      const batch = createJournalBatch()
      const roomMade = journal.makeRoom()
      const dones: (() => void)[] = []
      for (const task of tasks) {
        const done = attempt(task, batch, undos)
        if (done) dones.push(done)
      }
      const written = journal.write(batch)
      commit.run()
      return [roomMade, written, ...dones]
    } catch (cause) {
      for (const undo of undos.reverse()) undo()
      parts.onRollback()
      if (db.isTransaction) rollback.run()
      throw cause
    }
  }

  function flush(): void {
    const tasks = waiting
    if (tasks.length === 0) return
    waiting = []
    let dones: (() => void)[]
    try {
      dones = transact(tasks)
    } catch (cause) {
      // Once for the whole time that it lasts: a full disk must not fill the log.
      if (!failing) log.error({ err: cause, operations: tasks.length }, 'the store cannot write')
      failing = true
      for (const task of tasks) task.reject(new AgentError('STORE_UNAVAILABLE', { cause }))
      return
    }
    if (failing) log.info({}, 'the store writes again')
    failing = false
    for (const done of dones) done()
  }

  return {
    run(operation) {
      if (closed) return Promise.reject(new AgentError('STORE_UNAVAILABLE'))
      if (waiting.length === 0) setImmediate(flush)
      return new Promise((resolve, reject) => {
        waiting.push({
          run(group) {
            const { result, told } = operation(group)
            return () => {
              told?.()
              resolve(result)
            }
          },
          reject,
        })
      })
    },
    close() {
      closed = true
      flush()
    },
  }
}
