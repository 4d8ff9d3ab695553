/** The machine: Node, the disk under the store, the clock. Used by the doctor. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { bad, type Finding, good, reasonOf, warning } from './check.ts'

/** Of the server. The commands that only talk to one make do with 22.13. */
const leastNode = 24

export function checkNode(version: string): Finding {
  const major = Number.parseInt(version, 10)
  return major >= leastNode
    ? good('Node', `This is Node ${version}.`)
    : bad(
        'Node',
        `This is Node ${version}: too old.`,
        `Install Node ${leastNode} or newer: the server needs it.`,
      )
}

const mebi = 1024 * 1024
const least = { bad: 100 * mebi, warning: 1024 * mebi }

/** Of the file system that the data folder is on, or will be. */
export async function checkDisk(dataDir: string, freeBytes = freeUnder): Promise<Finding> {
  const name = 'Disk space'
  try {
    const free = await freeBytes(dataDir)
    const says = `${Math.floor(free / mebi)} MiB are free for ${dataDir}.`
    if (free < least.bad) {
      return bad(
        name,
        says,
        'Free some, or set DATA_DIR to a folder with more room: a full disk stops all writing.',
      )
    }
    if (free < least.warning) return warning(name, says, 'Free some before it is full.')
    return good(name, says)
  } catch (cause) {
    return warning(name, `It cannot be read: ${reasonOf(cause)}.`, 'Check that DATA_DIR is right.')
  }
}

async function freeUnder(folder: string): Promise<number> {
  let there = resolve(folder)
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there)
  const { bavail, bsize } = await statfs(there)
  return bavail * bsize
}

const leastSkewMs = 30_000

/** Against the time that a server elsewhere put on an answer of its. */
export function checkClock(theirs: string | null, who: string, nowMs: number): Finding | null {
  const at = theirs === null ? Number.NaN : Date.parse(theirs)
  if (Number.isNaN(at)) return null
  const awayMs = nowMs - at
  if (Math.abs(awayMs) < leastSkewMs) return good('Clock', `It agrees with that of ${who}.`)
  const seconds = Math.round(Math.abs(awayMs) / 1000)
  return bad(
    'Clock',
    `It is ${seconds} s ${awayMs > 0 ? 'ahead of' : 'behind'} that of ${who}.`,
    'Turn on time synchronisation (NTP): the ends of tokens are kept by the clock.',
  )
}
