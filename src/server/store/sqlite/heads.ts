/**
 * Where the logs stand: what an append needs to know of its session, kept in memory, so that the hot path
 * reads nothing. Used by the operations; only they change a head, and only when nothing can throw any more.
 */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { DeltaJournal } from './delta-journal.ts'
import { headColumns } from './rows.ts'

export interface Head {
  readonly key: number
  readonly sessionId: string
  readonly epoch: string
  lastSeq: number
  controlSeq: number
  fence: number
}

export interface Heads {
  /** From memory, else from disk; null where there is no such session. */
  get(sessionId: string): Head | null
  add(head: Head): void
  delete(sessionId: string): void
  /** After a transaction was taken back: what the heads say may not have happened. */
  clear(): void
  /** Lets go of the oldest heads where there are too many. Never within a transaction. */
  trim(): void
}

/** Some 150 bytes each. */
const most = 20_000

const headRow = z.object({
  key: z.int(),
  session_id: z.string(),
  epoch: z.string(),
  last_seq: z.int(),
  control_seq: z.int(),
  fence: z.int(),
})

export function createHeads(db: DatabaseSync, journal: DeltaJournal): Heads {
  const selectHead = db.prepare(`select ${headColumns} from sessions where session_id = ?`)
  const heads = new Map<string, Head>()

  function load(sessionId: string): Head | null {
    const found = selectHead.get(sessionId)
    if (!found) return null
    const row = headRow.parse(found)
    const head: Head = {
      key: row.key,
      sessionId,
      epoch: row.epoch,
      lastSeq: Math.max(row.last_seq, journal.lastSeq(sessionId)),
      controlSeq: row.control_seq,
      fence: row.fence,
    }
    heads.set(sessionId, head)
    return head
  }

  return {
    get: (sessionId) => heads.get(sessionId) ?? load(sessionId),
    add: (head) => heads.set(head.sessionId, head),
    delete: (sessionId) => heads.delete(sessionId),
    clear: () => heads.clear(),
    trim() {
      if (heads.size <= most) return
      for (const sessionId of heads.keys()) {
        if (heads.size <= most) return
        heads.delete(sessionId)
      }
    },
  }
}
