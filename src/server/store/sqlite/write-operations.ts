/** The operations that write to logs, each to be run in a group commit. Used by `openSqliteStore`. */
import type { DatabaseSync } from 'node:sqlite'
import type {
  AppendInput,
  AppendResult,
  CreateSessionInput,
  CreateSessionResult,
  Spend,
  Summary,
} from '../../../core/ports/store.ts'
import { foldText, wordsSaid } from '../search-words.ts'
import type { Watchers } from '../watchers.ts'
import { prepareWriteEvents } from './append-events.ts'
import type { Group, Operation } from './group-commit.ts'
import type { Head, Heads } from './heads.ts'
import type { OnceKeys } from './once-keys.ts'
import { sessionIdRow } from './rows.ts'
import type { Spent } from './spent.ts'
import { prepareWords } from './words.ts'

export interface WriteOperations {
  append(input: AppendInput): Operation<AppendResult>
  createSession(input: CreateSessionInput): Operation<CreateSessionResult>
  addSpend(spend: Spend): Operation<void>
  deleteSession(sessionId: string): Operation<boolean>
  deleteUntouched(input: { before: string; limit: number }): Operation<string[]>
}

export function prepareWriteOperations(parts: {
  db: DatabaseSync
  heads: Heads
  onceKeys: OnceKeys
  spent: Spent
  watchers: Watchers
}): WriteOperations {
  const { db, heads, onceKeys, spent, watchers } = parts
  const writeEvents = prepareWriteEvents(db)
  const words = prepareWords(db)
  const insertSession = db.prepare(
    `insert into sessions (session_id, user_id, title, title_folded, model, state, created_at,
       last_activity, epoch, last_seq, control_seq, fence, worded)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 1)`,
  )
  const updateSession = db.prepare(
    `update sessions set last_seq = ?, control_seq = ?, title = coalesce(?, title),
       title_folded = coalesce(?, title_folded), model = coalesce(?, model),
       state = coalesce(?, state), last_activity = coalesce(?, last_activity)
     where key = ?`,
  )
  // Left to itself, the planner walks through the whole log of the session.
  const dropDeltas = db.prepare(
    'delete from events indexed by events_of_answer where session = ? and answer = ?',
  )
  const selectUntouched = (state: 'idle' | 'closed') =>
    db.prepare(
      `select session_id from sessions where state = '${state}' and last_activity < :before
        order by last_activity limit :limit`,
    )
  const selectsUntouched = [selectUntouched('closed'), selectUntouched('idle')]
  const deleteRow = db.prepare('delete from sessions where key = ?')

  function writeRow(key: number, lastSeq: number, controlSeq: number, summary: Partial<Summary>) {
    const { title, model, state, lastActivity } = summary
    const folded = title === undefined ? null : foldText(title)
    updateSession.run(
      lastSeq,
      controlSeq,
      title ?? null,
      folded,
      model ?? null,
      state ?? null,
      lastActivity ?? null,
      key,
    )
  }

  /** False where there is no such session. */
  function remove(group: Group, sessionId: string): boolean {
    const head = heads.get(sessionId)
    if (!head) return false
    group.willWrite()
    deleteRow.run(head.key)
    group.journal.forget(sessionId)
    heads.delete(sessionId)
    return true
  }

  return {
    append: (input) => (group) => {
      const { sessionId, once, fence, ifControlSeq, summary, compact, spend } = input
      const head = heads.get(sessionId)
      if (!head) return { result: { outcome: 'no-session' } }
      const seen = once && onceKeys.seen(once)
      if (seen) return { result: seen }
      if (fence !== undefined && fence < head.fence) return { result: { outcome: 'fenced' } }
      if (ifControlSeq !== undefined && ifControlSeq < head.controlSeq) {
        return { result: { outcome: 'changed' } }
      }

      const { key, lastSeq: before } = head
      const { events, lastSeq, controlSeq } = writeEvents(group, head, input.events)
      words.add(key, wordsSaid(input.events))
      if (compact) {
        group.willWrite()
        dropDeltas.run(key, compact.messageId)
        group.journal.drop(key, sessionId, compact.messageId)
      }
      if (compact || summary || controlSeq !== head.controlSeq) {
        group.willWrite()
        writeRow(key, lastSeq, controlSeq, summary ?? {})
      }
      if (once) {
        group.willWrite()
        onceKeys.record(once, key, events.length > 0 ? before + 1 : 0)
      }
      if (spend) {
        group.willWrite()
        spent.add(spend)
      }
      head.lastSeq = lastSeq
      head.controlSeq = controlSeq
      const result: AppendResult = { outcome: 'appended', events }
      if (events.length === 0) return { result }
      return { result, told: () => watchers.tell(sessionId, { kind: 'appended', events }) }
    },

    createSession:
      ({ record, events: bodies, once }) =>
      (group) => {
        const seen = once && onceKeys.seen(once)
        if (seen) return { result: seen }
        group.willWrite()
        const { sessionId, userId, title, model, state, createdAt, lastActivity, epoch } = record
        const { lastInsertRowid } = insertSession.run(
          sessionId,
          userId,
          title,
          foldText(title),
          model,
          state,
          createdAt,
          lastActivity,
          epoch,
        )
        const key = Number(lastInsertRowid)
        const head: Head = { key, sessionId, epoch, lastSeq: 0, controlSeq: 0, fence: 0 }
        const { events, lastSeq, controlSeq } = writeEvents(group, head, bodies)
        words.add(key, wordsSaid(bodies))
        writeRow(key, lastSeq, controlSeq, {})
        if (once) onceKeys.record(once, key, events.length > 0 ? 1 : 0)
        heads.add({ ...head, lastSeq, controlSeq })
        const result: CreateSessionResult = {
          outcome: 'created',
          record: { ...record, lastSeq, controlSeq },
        }
        if (events.length === 0) return { result }
        return { result, told: () => watchers.tell(sessionId, { kind: 'appended', events }) }
      },

    addSpend: (spend) => (group) => {
      group.willWrite()
      spent.add(spend)
      return { result: undefined }
    },

    deleteSession: (sessionId) => (group) => {
      if (!remove(group, sessionId)) return { result: false }
      return { result: true, told: () => watchers.tell(sessionId, { kind: 'deleted' }) }
    },

    deleteUntouched: (input) => (group) => {
      const found = selectsUntouched.flatMap((select) => select.all(input))
      const result = found
        .map((row) => sessionIdRow.parse(row).session_id)
        .slice(0, input.limit)
        .filter((sessionId) => remove(group, sessionId))
      const told = () => {
        for (const sessionId of result) watchers.tell(sessionId, { kind: 'deleted' })
      }
      return { result, told }
    },
  }
}
