/**
 * The store port: durable logs of sessions, and the once-keys, summaries and leases beside them.
 * Every store passes `src/server/store/store-contract.ts`. Three rules hold for each of them:
 *
 * - An event is visible (to `read`, `watch`, `getSession`) after its commit, never before.
 * - What resolved is committed: a crash of the process cannot take it back.
 * - A store that cannot write rejects with `AgentError('STORE_UNAVAILABLE')`, having written nothing.
 */
import type { EventBody, LogEvent } from '../events.ts'
import type { SessionState } from '../messages.ts'
import type { NoticeStore } from './notices.ts'
import type { RevocationStore } from './revocations.ts'

/** The part of a session that changes with its events: a fold of them, kept for lists. */
export interface Summary {
  title: string
  model: string
  state: SessionState
  /** ISO 8601, UTC. */
  lastActivity: string
}

export interface SessionRecord extends Summary {
  sessionId: string
  userId: string
  createdAt: string
  /** Changes when the log before it is gone. */
  epoch: string
  /** Number of the last committed event; 0 for none. */
  lastSeq: number
  /** Number of the last committed event that is not a `delta`. */
  controlSeq: number
}

/** Makes a write happen once: the same `userId` and `id` with the same `hash` is the same request. */
export interface Once {
  userId: string
  id: string
  /** Hash of the request's body. */
  hash: string
  /** Kept with the request, given back to a duplicate. JSON. */
  reply: unknown
}

export interface Recorded {
  sessionId: string
  hash: string
  /** Number of the first event that the request appended; 0 if it appended none. */
  seq: number
  reply: unknown
}

/** What calls of the model came to for a user on a day. */
export interface Spend {
  userId: string
  /** In UTC: `2026-01-31`. */
  day: string
  tokens: number
  costUsd: number
}

export interface AppendInput {
  sessionId: string
  /** May be empty, where only `once` or `summary` is to be kept. All or nothing. */
  events: readonly EventBody[]
  once?: Once
  /** Only while no higher fence has been raised for the session: see `acquireLease`. */
  fence?: number
  /** Only if no event but deltas was committed after this number. */
  ifControlSeq?: number
  summary?: Partial<Summary>
  /** Drops the deltas of this answer in the same commit: its `response` is among `events`. */
  compact?: { messageId: string }
  /** Added to what the user spent on that day, in the same commit. */
  spend?: Spend
}

export type AppendResult =
  | { outcome: 'appended'; events: LogEvent[] }
  /** `once` was seen before, with the same hash. Nothing was written. */
  | { outcome: 'duplicate'; recorded: Recorded }
  /** `once` was seen before, with another hash. */
  | { outcome: 'id-conflict' }
  /** `ifControlSeq` does not hold any more. */
  | { outcome: 'changed' }
  | { outcome: 'fenced' }
  | { outcome: 'no-session' }

export interface CreateSessionInput {
  record: Omit<SessionRecord, 'lastSeq' | 'controlSeq'>
  events: readonly EventBody[]
  once?: Once
}

export type CreateSessionResult =
  | { outcome: 'created'; record: SessionRecord }
  | { outcome: 'duplicate'; recorded: Recorded }
  | { outcome: 'id-conflict' }

export interface ListInput {
  userId: string
  /** 1 to 200. */
  limit: number
  /** Sessions after this one in the order of the list (latest activity first, then sessionId). */
  after?: { lastActivity: string; sessionId: string }
  /**
   * Part of the title; or parts between spaces, each of which is part of the title, or of words that begin words
   * of a query or a response in the log. Whatever the case and the accents.
   */
  search?: string
}

/** What a watcher is told: events that were just committed, or that the log is gone, or has another epoch. */
export type Change = { kind: 'appended'; events: readonly LogEvent[] } | { kind: 'deleted' }

/** The right to run a session's turns. Every append under it bears its fence. */
export interface Lease {
  sessionId: string
  owner: string
  fence: number
}

export interface Store extends NoticeStore, RevocationStore {
  createSession(input: CreateSessionInput): Promise<CreateSessionResult>
  getSession(sessionId: string): Promise<SessionRecord | null>
  listSessions(input: ListInput): Promise<SessionRecord[]>
  /** Deletes the session with its log and its once-keys. Watchers are told. False if there was none. */
  deleteSession(sessionId: string): Promise<boolean>

  append(input: AppendInput): Promise<AppendResult>
  /** As `spend` of an append, where there is no session any more to append to. */
  addSpend(spend: Spend): Promise<void>
  /** What the user spent on a day. It outlives the sessions; of days past, it is kept for a day. */
  spent(input: { userId: string; day: string }): Promise<{ tokens: number; costUsd: number }>
  /** The request of this id, if it was made before. */
  findOnce(key: { userId: string; id: string }): Promise<Recorded | null>

  /**
   * Committed events with a number above `after`, in order: at most `limit`, and fewer where their
   * text would pass `maxChars` (but at least one). Deltas that were compacted away are left out.
   */
  read(input: {
    sessionId: string
    after: number
    limit: number
    maxChars: number
  }): Promise<LogEvent[]>

  /**
   * Calls `listener` after each commit to the session, in the order of the log. Returns the end of it. Deltas that
   * another process appended, and compacted away before they could be told, are left out; the numbers of one change
   * have no hole all the same.
   */
  watch(sessionId: string, listener: (change: Change) => void): () => void

  /**
   * Sessions that wait for an answer (`queued` or `running`), but for those whose lease another process may have:
   * what a start or a takeover looks through.
   */
  unfinished(): Promise<string[]>
  /** Sessions that are `idle`, and whose last activity was before that time: at most `limit`, the oldest first. */
  idleSince(input: { before: string; limit: number }): Promise<string[]>
  /**
   * Deletes sessions as `deleteSession` does: those `idle` or `closed` whose last activity was before that
   * time, at most `limit`. What becomes active meanwhile stays. Resolves with those that are gone.
   */
  deleteUntouched(input: { before: string; limit: number }): Promise<string[]>

  /**
   * Takes the lease, raising the session's fence, or null while another owner holds it. A lease ends by
   * `releaseLease`, by not being renewed for `ttlMs`, or with the process where a store has one process.
   */
  acquireLease(input: { sessionId: string; owner: string; ttlMs: number }): Promise<Lease | null>
  /** False where the lease was lost. */
  renewLease(lease: Lease, ttlMs: number): Promise<boolean>
  releaseLease(lease: Lease): Promise<void>

  /** Rejects while the store does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}
