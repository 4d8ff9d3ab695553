/**
 * The secret that tokens are signed with, where the operator sets none: made once, kept in the data
 * folder, so that guests stay who they are over restarts. Used by `open-auth.ts` and the command line.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../start-error.ts'

const name = 'auth-secret'

/** The secret of this data folder. Throws `StartError` where what is there cannot be one. */
export async function openSecret(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, name)
  const secret = (await read(path)) ?? (await make(path))
  if (Buffer.byteLength(secret) >= 32) return secret
  throw new StartError(
    `The file ${name} in the data folder holds no secret of 32 bytes or more. Restore it, or delete it: guests are new ones then.`,
  )
}

/** The secret that was made for this data folder; null where none was. */
export function readSecret(dataDir: string): Promise<string | null> {
  return read(join(dataDir, name))
}

async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return null
    throw cause
  }
}

/** Written aside, then linked: nobody sees half a secret, and of two that make one the first wins. */
async function make(path: string): Promise<string> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  const secret = randomBytes(32).toString('base64url')
  const file = await open(aside, 'wx', 0o600)
  try {
    await file.writeFile(`${secret}\n`)
    await file.sync()
    await file.close()
    await link(aside, path)
    return secret
  } catch (cause) {
    await file.close()
    const other = isCode(cause, 'EEXIST') ? await read(path) : null
    if (other === null) throw cause
    return other
  } finally {
    await rm(aside, { force: true })
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
