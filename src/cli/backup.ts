/**
 * The verb `backup`: copies the embedded store while its server runs, and the secret that signs tokens. `VACUUM INTO`
 * reads in one transaction, beside which the server writes on; a copy of the files would not be of one moment. The
 * logs of the copy have epochs of their own: where it is put back, readers that saw more are told.
 * Used by the command line.
 */
import { existsSync, statSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beginNewEpochs } from '../server/store/sqlite/new-epochs.ts'

export type BackupOutcome =
  | { outcome: 'made'; bytes: number }
  /** A sentence for a person. */
  | { outcome: 'failed'; message: string }

const database = 'agent.db'
const secret = 'auth-secret'

/** `to`: a folder that is not there yet, or empty. It can then be a data folder. */
export async function backUp({
  dataDir,
  to,
}: {
  dataDir: string
  to: string
}): Promise<BackupOutcome> {
  if (!existsSync(join(dataDir, database))) {
    return failed(`The data folder ${dataDir} has no ${database}: there is nothing to back up.`)
  }
  const copy = join(to, database)
  try {
    await mkdir(to, { recursive: true, mode: 0o700 })
    if ((await readdir(to)).length > 0) return failed(`${to} is not empty: nothing was changed.`)
    copyDatabase(join(dataDir, database), copy)
    await chmod(copy, 0o600)
    // Without it all guests would be new ones. There is none where AUTH_SECRET is set.
    if (existsSync(join(dataDir, secret))) {
      await copyFile(join(dataDir, secret), join(to, secret))
      await chmod(join(to, secret), 0o600)
    }
    return { outcome: 'made', bytes: statSync(copy).size }
  } catch (cause) {
    await rm(copy, { force: true })
    const why = cause instanceof Error ? cause.message : String(cause)
    return failed(`The backup to ${to} was not made: ${why}.`)
  }
}

function copyDatabase(from: string, to: string): void {
  const db = new DatabaseSync(from)
  try {
    db.exec('pragma busy_timeout = 5000')
    db.prepare('vacuum into ?').run(to)
  } finally {
    db.close()
  }
  const copy = new DatabaseSync(to)
  try {
    beginNewEpochs(copy)
  } finally {
    copy.close()
  }
}

function failed(message: string): BackupOutcome {
  return { outcome: 'failed', message }
}
