/**
 * What waits in the outbox: one request with the id that was made for it once. Entries are kept where
 * the app says, and parsed when they are read back. Used by the outbox and its storages.
 */
import { z } from 'zod'
import type { CommandReply, QueryReply } from '../core/agent/agent.ts'
import { inputs } from '../core/inputs.ts'
import type { Session } from '../core/messages.ts'

const base = {
  /** A UUID, made once: the server runs a request of this id once, however often it is sent. */
  id: z.guid(),
  /** Grows with every entry: milliseconds since 1970, or a little more. */
  order: z.number(),
  /** Refused for good: kept, so that what someone wrote is not lost. */
  refused: z.object({ reason: z.string(), message: z.string() }).optional(),
}

export const outboxEntry = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('query'), input: inputs.agentQuery }),
  z.object({ ...base, kind: z.literal('command'), input: inputs.agentCommand }),
  z.object({ ...base, kind: z.literal('feedback'), input: inputs.agentFeedback }),
  z.object({ ...base, kind: z.literal('create'), input: inputs.sessionCreate }),
  z.object({ ...base, kind: z.literal('update'), input: inputs.sessionUpdate }),
])
export type OutboxEntry = z.infer<typeof outboxEntry>
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
