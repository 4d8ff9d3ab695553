/** Tells what SQLite refused: one operation's own fault, or the whole file's. Used all over this folder. */
import { AgentError } from '../../../core/errors.ts'

const constraintCode = 19

interface SqliteError extends Error {
  code: 'ERR_SQLITE_ERROR'
  errcode: number
}

export function isSqliteError(cause: unknown): cause is SqliteError {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR'
}

/** A rule that a constraint holds was broken: the operation is at fault, the file is not. */
export function isConstraintError(cause: unknown): boolean {
  return isSqliteError(cause) && (cause.errcode & 0xff) === constraintCode
}

/** What SQLite refused as the error that the port promises; any other error as it is. */
export function asStoreError(cause: unknown): unknown {
  return isSqliteError(cause) && !isConstraintError(cause)
    ? new AgentError('STORE_UNAVAILABLE', { cause })
    : cause
}
