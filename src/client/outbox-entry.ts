/**
 * What waits in the outbox: one request with the id that was made for it once. Entries are kept where
 * the app says, and parsed when they are read back (`outbox-schema.ts`). Used by the outbox and its storages.
 */
import type { CommandReply, QueryReply } from '../core/agent/replies.ts'
import type { Session } from '../core/messages.ts'
import type { OutboxEntry } from './outbox-schema.ts'

export type { OutboxEntry }
export type OutboxKind = OutboxEntry['kind']
export type OutboxInput<K extends OutboxKind> = Extract<OutboxEntry, { kind: K }>['input']

/** What the server answers to each kind. */
export interface OutboxReplies {
  query: QueryReply
  command: CommandReply
  feedback: { seq: number }
  create: Session
  update: Session
}
export type OutboxReply = OutboxReplies[OutboxKind]

/** The session that an entry is for; null where it makes one. */
export function sessionOf(entry: OutboxEntry): string | null {
  return entry.kind === 'create' ? null : entry.input.sessionId
}

/** Entries that must arrive in their order share a lane. */
export function laneOf(entry: OutboxEntry, waiting: readonly OutboxEntry[]): string {
  const session = sessionOf(entry)
  if (session === null) return entry.id
  return overtakes(entry, waiting) ? `${session} now` : session
}

const aboutOneMessage: ReadonlySet<string> = new Set(['cancel', 'edit', 'hold', 'release'])

/**
 * What is about the answer that runs, or about a message that the server has, need not wait behind a
 * query that the server does not take yet: it may be what makes room for it.
 */
function overtakes(entry: OutboxEntry, waiting: readonly OutboxEntry[]): boolean {
  if (entry.kind === 'feedback') return true
  if (entry.kind !== 'command' || !aboutOneMessage.has(entry.input.name)) return false
  const named = entry.input.args?.messageId
  return !waiting.some((other) => other.id === named)
}

/**
 * `cancel` without a message is about what runs now: late, it would stop something else. `hold` is about
 * somebody who writes now: late, it would hold a message for nobody.
 */
export function isFleeting(entry: OutboxEntry): boolean {
  if (entry.kind !== 'command') return false
  const { name, args } = entry.input
  return name === 'hold' || (name === 'cancel' && args?.messageId === undefined)
}
