/** What is read, always as of the last commit. Used by `openSqliteStore`. */
import type { DatabaseSync } from 'node:sqlite'
import type { LogEvent } from '../../../core/events.ts'
import type { ListInput, SessionRecord, Store } from '../../../core/ports/store.ts'
import { endOfPrefix, readSearch, type Search } from '../search-words.ts'
import type { DeltaJournal } from './delta-journal.ts'
import type { Heads } from './heads.ts'
import { decodeEvents, decodeSession, sessionColumns, sessionIdRow } from './rows.ts'

export interface Queries {
  getSession(sessionId: string): SessionRecord | null
  listSessions(input: ListInput): SessionRecord[]
  read(input: Parameters<Store['read']>[0]): LogEvent[]
  unfinished(): string[]
  idleSince(input: { before: string; limit: number }): string[]
  ping(): void
}

export function prepareQueries(parts: {
  db: DatabaseSync
  heads: Heads
  journal: DeltaJournal
}): Queries {
  const { db, heads, journal } = parts
  const selectSession = db.prepare(`select ${sessionColumns} from sessions where session_id = ?`)
  const listing = (where: string) =>
    db.prepare(
      `select ${sessionColumns} from sessions where user_id = :userId ${where}
        order by last_activity desc, session_id limit :limit`,
    )
  const after = `and last_activity <= :lastActivity
    and (last_activity < :lastActivity or session_id > :sessionId)`
  // Not LIKE: it folds ASCII alone, and `%` and `_` in what is searched for would need escaping.
  // Words are looked up in one session after the other, the latest first: a page costs what it shows.
  const search = `and (instr(title_folded, :phrase) > 0 or not exists (
    select 1 from json_each(:parts) as part
      where instr(title_folded, part.value ->> 0) = 0
        and (json_array_length(part.value, '$[1]') = 0 or exists (
          select 1 from json_each(part.value, '$[1]') as wanted where not exists (
            select 1 from words where words.session = sessions.key
              and word >= wanted.value ->> 0 and word < wanted.value ->> 1)))))`
  const [list, listAfter] = [listing(''), listing(after)]
  const [find, findAfter] = [listing(search), listing(`${search} ${after}`)]
  const selectEvents = db.prepare(
    // A run of deltas that began before may go on after it.
    `select seq, answer, body from events
      where session = :key and until > :after and seq >= coalesce(
        (select max(seq) from events where session = :key and seq <= :after), 0)
      order by seq limit :limit`,
  )
  const selectUnfinished = db.prepare(
    "select session_id from sessions where state in ('queued', 'running') order by session_id",
  )
  const selectIdle = db.prepare(
    `select session_id from sessions where state = 'idle' and last_activity < :before
      order by last_activity limit :limit`,
  )
  const selectAny = db.prepare('select 1 from sessions limit 1')

  const decode = (row: Record<string, unknown>): SessionRecord =>
    decodeSession(row, journal.lastSeq(String(row.session_id)))

  return {
    getSession(sessionId) {
      const row = selectSession.get(sessionId)
      return row ? decode(row) : null
    },

    listSessions({ userId, limit, after: last, search: text }) {
      const base = { userId, limit }
      const wanted = readSearch(text)
      if (wanted) {
        const { phrase, parts } = sqlSearch(wanted)
        const rows = last
          ? findAfter.all({ ...base, ...last, phrase, parts })
          : find.all({ ...base, phrase, parts })
        return rows.map(decode)
      }
      if (last) return listAfter.all({ ...base, ...last }).map(decode)
      return list.all(base).map(decode)
    },

    read({ sessionId, after: afterSeq, limit, maxChars }) {
      const head = heads.get(sessionId)
      if (!head || afterSeq >= head.lastSeq) return []
      const { key, epoch } = head
      const journaled = journal.tail(sessionId)
      let next = journaled.findIndex((event) => event.seq > afterSeq)
      if (next < 0) next = journaled.length
      const settled = selectEvents.iterate({ key, after: afterSeq, limit })
      const events: LogEvent[] = []
      let chars = 0
      /** False where the event does not fit any more. */
      const take = (event: LogEvent): boolean => {
        chars += event.content.length
        if (events.length >= limit || (events.length > 0 && chars > maxChars)) return false
        events.push(event)
        return true
      }
      // Two sorted lists, of which no number is in both.
      for (const row of settled) {
        for (const event of decodeEvents(row, { sessionId, epoch })) {
          if (event.seq <= afterSeq) continue
          for (
            let delta = journaled[next];
            delta && delta.seq < event.seq;
            delta = journaled[next]
          ) {
            if (!take(delta)) return events
            next += 1
          }
          if (!take(event)) return events
        }
      }
      for (const delta of journaled.slice(next, next + limit)) if (!take(delta)) break
      return events
    },

    unfinished: () => selectUnfinished.all().map((row) => sessionIdRow.parse(row).session_id),
    idleSince: (input) => selectIdle.all(input).map((row) => sessionIdRow.parse(row).session_id),
    ping: () => void selectAny.get(),
  }
}

/** Each part: its text, and its words with what is greater than all that begin with them. */
function sqlSearch({ phrase, parts }: Search): { phrase: string; parts: string } {
  const tuples = parts.map(({ text, words }) => [text, words.map((w) => [w, endOfPrefix(w)])])
  return { phrase, parts: JSON.stringify(tuples) }
}
