/**
 * The words that were said in a session, in its slot: written by the commit of what was said, and deleted with it.
 * What a version without them wrote, a search makes up for from the log. Used by the indexes.
 */
import { z } from 'zod'
import { endOfPrefix, wordsSaid } from '../search-words.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import type { Log } from './log.ts'
import { count } from './replies.ts'
import { scripts } from './scripts.ts'

export interface Words {
  /** Whether each of the terms begins a word that was said in the session. */
  has(sessionId: string, terms: readonly string[]): Promise<boolean>
}

/** A log that an older version writes to as fast as it is read is searched as far as that came. */
const mostParts = 10_000

const reply = z.union([z.literal(0), z.literal(1), z.tuple([count])])

export function createWords(
  connection: RedisConnection,
  { keys, log }: { keys: Keys; log: Log },
): Words {
  /** Adds the words of one more part of the log. False where there is no such log any more. */
  async function addPart(sessionId: string, after: number): Promise<boolean> {
    const part = await log.read({ sessionId, after, limit: 500, maxChars: 500_000 })
    if (!part) return false
    const end = part.events.at(-1)?.seq ?? part.lastSeq
    const { head, words } = keys.session(sessionId)
    const said = [...wordsSaid(part.events)].join(' ')
    await connection.run(scripts.words, [head, words], [after, end, said])
    return true
  }

  return {
    async has(sessionId, terms) {
      const { head, words } = keys.session(sessionId)
      const args = terms.flatMap((term) => [term, endOfPrefix(term)])
      for (let parts = 0; parts < mostParts; parts++) {
        const found = reply.parse(await connection.run(scripts.seek, [head, words], args))
        if (typeof found === 'number') return found === 1
        if (!(await addPart(sessionId, found[0]))) return false
      }
      return false
    },
  }
}
