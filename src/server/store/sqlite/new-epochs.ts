/**
 * Gives the log of every session another epoch, in a database that no server has open: a copy goes its own way from
 * here on, and numbers in it will mean other events (docs/decisions/082). Used by the command line.
 */
import type { DatabaseSync } from 'node:sqlite'

/** The number of sessions. */
export function beginNewEpochs(db: DatabaseSync): number {
  // As `systemIds.epoch` makes them: twelve hexadecimal digits.
  const result = db.prepare('update sessions set epoch = lower(hex(randomblob(6)))').run()
  return Number(result.changes)
}
