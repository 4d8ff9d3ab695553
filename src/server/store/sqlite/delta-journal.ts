/**
 * Where new deltas lie: on disk in one row a transaction, in memory by session. Used by the group commit
 * to write, and by `read`.
 *
 * Why: a row of its own in `events` dirties one page per session and tick. That cost 14 µs an event with
 * 1,000 sessions, and 4 MB of disk a tick; one row for all of them costs 1 µs. Most deltas live for
 * seconds: their answer ends, compaction drops them, and they never reach `events`. Where too many
 * live at once, those of the sessions that have waited longest are settled in `events`, many of one
 * session in one row. So the journal is bounded, on disk and in memory. A start reads it back in order.
 */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { DeltaEvent } from '../../../core/events.ts'
import { runsOf } from './delta-runs.ts'
import { createDeltaTails, type Tail } from './delta-tails.ts'
import type { JournalBatch, JournalChange } from './journal-batch.ts'
import { decodeJournalDelta, encodeDeltaRun, journalBlock } from './rows.ts'

export interface JournalLimits {
  /** Deltas that live; twice as many entries in all. */
  deltas: number
  /** UTF-16 units of text, counted the same way. */
  chars: number
}

export const defaultJournalLimits: JournalLimits = { deltas: 32_768, chars: 8_388_608 }

/** How many deltas one transaction settles where it is dead entries that are too many. */
const settleStep = 1024

export interface DeltaJournal {
  /** The session's deltas that are not in `events`, in the order of their numbers. */
  tail(sessionId: string): readonly DeltaEvent[]
  /** The highest number in the session's tail, or 0. */
  lastSeq(sessionId: string): number
  /** First in a transaction: settles what is too much. Call the result after the commit. */
  makeRoom(): () => void
  /** Last in a transaction. Call the result after the commit. */
  write(batch: JournalBatch): () => void
}

const none: readonly DeltaEvent[] = []

/** Reads back what is there. Throws where a row is not readable. */
export function openDeltaJournal(db: DatabaseSync, limits: JournalLimits): DeltaJournal {
  const insertBlock = db.prepare('insert into delta_journal (block, entries) values (?, ?)')
  const deleteBlocks = db.prepare('delete from delta_journal where block <= ?')
  const insertRun = db.prepare(
    'insert into events (session, seq, until, answer, body) values (?, ?, ?, ?, ?)',
  )
  const tails = createDeltaTails()
  let nextNumber = 1
  for (const [number, changes] of storedBlocks(db)) {
    tails.applyBlock(number, changes)
    nextNumber = number + 1
  }

  /** How many deltas have to be settled, and how much text. Nothing, most of the time. */
  function surplus(): { deltas: number; chars: number } {
    const live = tails.live()
    const total = tails.total()
    const crowded = total.entries > 2 * limits.deltas || total.chars > 2 * limits.chars
    return {
      deltas: Math.max(live.deltas - limits.deltas, crowded ? settleStep : 0),
      chars: live.chars - limits.chars,
    }
  }

  function settle(): Tail[] {
    let { deltas, chars } = surplus()
    const settled: Tail[] = []
    if (deltas <= 0 && chars <= 0) return settled
    for (const tail of tails.oldest()) {
      for (const run of runsOf(tail.events)) {
        const [first] = run
        const until = first.seq + run.length - 1
        insertRun.run(tail.key, first.seq, until, first.messageId, encodeDeltaRun(run))
      }
      deltas -= tail.events.length
      for (const event of tail.events) chars -= event.content.length
      settled.push(tail)
      if (deltas <= 0 && chars <= 0) break
    }
    return settled
  }

  return {
    tail: (sessionId) => tails.get(sessionId)?.events ?? none,
    lastSeq: (sessionId) => tails.get(sessionId)?.events.at(-1)?.seq ?? 0,

    makeRoom() {
      const settled = settle()
      const upTo = tails.deadUpTo()
      if (upTo > 0) deleteBlocks.run(upTo)
      return () => {
        for (const { sessionId } of settled) tails.removeTail(sessionId)
        if (upTo > 0) tails.removeBlocks(upTo)
      }
    },

    write(batch) {
      const number = nextNumber
      if (batch.lines.length > 0) insertBlock.run(number, `[${batch.lines.join(',')}]`)
      return () => {
        if (batch.changes.length === 0) return
        tails.applyBlock(number, batch.changes)
        nextNumber = number + 1
      }
    },
  }
}

const logRow = z.object({ sessionId: z.string(), epoch: z.string(), settledUpTo: z.int() })

function* storedBlocks(db: DatabaseSync): Generator<[number: number, changes: JournalChange[]]> {
  const logOf = openLogLookup(db)
  for (const row of db
    .prepare('select block, entries from delta_journal order by block')
    .iterate()) {
    const block = parsedBlock(row)
    const changes: JournalChange[] = []
    for (const entry of block.entries) {
      const log = logOf(entry[0])
      if (!log) continue
      const { sessionId, epoch, settledUpTo } = log
      if (entry.length === 2) changes.push({ kind: 'drop', sessionId, messageId: entry[1] })
      else if (entry[1] > settledUpTo) {
        const event = decodeJournalDelta(entry, { sessionId, epoch })
        changes.push({ kind: 'delta', key: entry[0], event })
      }
    }
    yield [block.block, changes]
  }
}

/**
 * The log of a session's key, null where it is gone. A row of the journal stays until all of its deltas
 * are settled, so some may be already: of one session all those up to `settledUpTo`, since a session's
 * tail is settled as a whole.
 */
function openLogLookup(db: DatabaseSync): (key: number) => z.infer<typeof logRow> | null {
  const select = db.prepare(
    `select session_id as sessionId, epoch, coalesce((select until from events
       where events.session = sessions.key and answer is not null
       order by seq desc limit 1), 0) as settledUpTo
     from sessions where key = ?`,
  )
  const logs = new Map<number, z.infer<typeof logRow> | null>()
  return (key) => {
    const known = logs.get(key)
    if (known !== undefined) return known
    const row = select.get(key)
    const log = row ? logRow.parse(row) : null
    logs.set(key, log)
    return log
  }
}

function parsedBlock(row: Record<string, unknown>) {
  try {
    return journalBlock.parse(row)
  } catch {
    // The cause is left out: a parser's error quotes what it read.
    throw new Error(`block ${String(row.block)} of the delta journal on disk is not readable`)
  }
}
