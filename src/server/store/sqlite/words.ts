/**
 * The words that were said in sessions, written in the commit of what was said, and gone with the session. Used by
 * the operations; `openSqliteStore` has those of a folder from before there was a search over texts made.
 */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Logger } from '../../../core/ports/log.ts'
import { foldText, isSaid, wordsOf } from '../search-words.ts'

export interface Words {
  /** Within a transaction. */
  add(session: number, words: ReadonlySet<string>): void
}

const keyRow = z.object({ key: z.int(), session_id: z.string(), title: z.string() })
const bodyRow = z.object({ body: z.string() })
const body = z.object({ type: z.string(), state: z.unknown().optional(), content: z.string() })

export function prepareWords(db: DatabaseSync): Words {
  // One statement for all of them: it is in the commit that ends an answer.
  const insert = db.prepare(
    'insert or ignore into words (session, word) select ?, value from json_each(?)',
  )
  return {
    add(session, words) {
      if (words.size > 0) insert.run(session, JSON.stringify([...words]))
    },
  }
}

/** Sessions whose words were never written get them, each in a commit of its own: a crash costs one of them. */
export function catchUpWords(db: DatabaseSync, log: Logger): void {
  const next = db.prepare('select key, session_id, title from sessions where worded = 0 limit 200')
  const bodies = db.prepare('select body from events where session = ? and answer is null')
  const settle = db.prepare('update sessions set worded = 1, title_folded = ? where key = ?')
  const words = prepareWords(db)
  let sessions = 0
  for (let rows = next.all(); rows.length > 0; rows = next.all()) {
    for (const row of rows) {
      const { key, session_id: sessionId, title } = keyRow.parse(row)
      const texts = bodies.iterate(key)
      const found = new Set<string>()
      for (const text of texts) {
        for (const word of wordsOf(said(bodyRow.parse(text).body))) found.add(word)
      }
      db.exec('begin immediate')
      try {
        words.add(key, found)
        settle.run(foldText(title), key)
        db.exec('commit')
      } catch (cause) {
        if (db.isTransaction) db.exec('rollback')
        log.error({ sessionId, err: cause }, 'the words of a session could not be written')
        throw cause
      }
      sessions += 1
    }
  }
  if (sessions > 0) log.info({ sessions }, 'sessions of an older version can be searched now')
}

/** Nothing, where a row is not readable: reading its log says so. */
function said(row: string): string {
  try {
    const event = body.parse(JSON.parse(row))
    return isSaid(event) ? event.content : ''
  } catch {
    return ''
  }
}
