/**
 * Takes hold of the data folder: makes it, keeps others out of its files, and locks it for this process.
 * Used by `openSqliteStore`.
 *
 * The lock is a second database in an exclusive transaction that never ends. The lock of the file is the
 * operating system's and vanishes with the process, `kill -9` included; a pid file would stay. It is a
 * file of its own so that the operator can still read the main database with the `sqlite3` tool.
 */
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Logger } from '../../../core/ports/log.ts'
import { isSqliteError } from './sqlite-error.ts'

const busyCode = 5

/** The data folder cannot be used. The message is one line for the operator. */
export class DataDirError extends Error {
  readonly dataDir: string

  constructor(dataDir: string, why: string, cause?: unknown) {
    super(`The data folder ${dataDir} cannot be used: ${why}.`, { cause })
    this.name = 'DataDirError'
    this.dataDir = dataDir
  }
}

/** Another process has the data folder. The message says which folder, and what to do. */
export class DataDirInUseError extends Error {
  readonly dataDir: string

  constructor(dataDir: string) {
    super(
      `The data folder ${dataDir} is in use by another agent server. ` +
        'Stop that one, or set DATA_DIR to another folder.',
    )
    this.name = 'DataDirInUseError'
    this.dataDir = dataDir
  }
}

export interface DataDir {
  /** The main database file, which exists. */
  databasePath: string
  release(): void
}

/** Throws `DataDirInUseError` or `DataDirError`. */
export function openDataDir(dataDir: string, log: Logger): DataDir {
  const lockPath = path.join(dataDir, 'agent.lock')
  const databasePath = path.join(dataDir, 'agent.db')
  let lock: DatabaseSync | undefined
  try {
    makePrivateDir(dataDir, log)
    makePrivateFile(lockPath)
    lock = new DatabaseSync(lockPath)
    lock.exec('pragma busy_timeout = 0')
    lock.exec('pragma journal_mode = memory')
    lock.exec('begin exclusive')
    makePrivateFile(databasePath)
    const held = lock
    return { databasePath, release: () => held.close() }
  } catch (cause) {
    lock?.close()
    if (isSqliteError(cause) && (cause.errcode & 0xff) === busyCode) {
      throw new DataDirInUseError(dataDir)
    }
    throw asDataDirError(dataDir, cause)
  }
}

/** What the file system or SQLite said while the folder was opened, as one line for the operator. */
export function asDataDirError(dataDir: string, cause: unknown): unknown {
  if (isSqliteError(cause)) return new DataDirError(dataDir, cause.message, cause)
  if (cause instanceof Error && 'syscall' in cause && 'code' in cause) {
    // Node's message ends in the call and the path: `EACCES: permission denied, mkdir '/data'`.
    return new DataDirError(dataDir, cause.message.split(', ')[0] ?? String(cause.code), cause)
  }
  return cause
}

function makePrivateDir(dataDir: string, log: Logger): void {
  makeDir(path.resolve(dataDir))
  fs.accessSync(dataDir, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK)
  // A folder that was there may be shared for a reason: the files in it are private all the same.
  const open = fs.statSync(dataDir).mode & 0o077
  if (open)
    log.warn({ dataDir }, 'the data folder is open to other users: chmod 700 would close it')
}

/**
 * A folder and those above it. Node's own `recursive` never returns under `/proc` and its like, where a
 * folder can be made in none: it makes the parent again and again.
 */
function makeDir(dir: string): void {
  try {
    fs.mkdirSync(dir, { mode: 0o700 })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    if (cause.code === 'EEXIST' && fs.statSync(dir).isDirectory()) return
    if (cause.code !== 'ENOENT' || fs.existsSync(path.dirname(dir))) throw cause
    makeDir(path.dirname(dir))
    fs.mkdirSync(dir, { mode: 0o700 })
  }
}

/**
 * SQLite gives its `-wal` and `-shm` files the mode of the main file, so that one has to be private
 * before it is opened. A file that is there is not opened here: closing it would end this process's own
 * lock on it, which is how POSIX locks work.
 */
function makePrivateFile(file: string): void {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600))
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    fs.chmodSync(file, 0o600)
  }
}
