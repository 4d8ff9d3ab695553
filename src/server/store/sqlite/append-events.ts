/** Numbers events and writes them where they belong. Used by `append` and `createSession`. */
import type { DatabaseSync } from 'node:sqlite'
import { type EventBody, type LogEvent, numbered } from '../../../core/events.ts'
import type { Group } from './group-commit.ts'
import type { Head } from './heads.ts'

export interface Written {
  events: LogEvent[]
  lastSeq: number
  controlSeq: number
}

/** Writes `bodies` after the head, which it does not change. */
export type WriteEvents = (group: Group, head: Head, bodies: readonly EventBody[]) => Written

export function prepareWriteEvents(db: DatabaseSync): WriteEvents {
  const insert = db.prepare(
    'insert into events (session, seq, until, answer, body) values (?, ?, ?, null, ?)',
  )

  return (group, head, bodies) => {
    const { sessionId, epoch, key } = head
    let { lastSeq, controlSeq } = head
    const events: LogEvent[] = []
    for (const body of bodies) {
      lastSeq += 1
      const event = numbered(body, { sessionId, epoch, seq: lastSeq })
      events.push(event)
      if (event.type === 'delta') {
        group.journal.add(key, event)
        continue
      }
      group.willWrite()
      insert.run(key, lastSeq, lastSeq, JSON.stringify(body))
      controlSeq = lastSeq
    }
    return { events, lastSeq, controlSeq }
  }
}
