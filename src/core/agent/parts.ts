/** What the agent's verbs share: the parts it is made of, and the sessions it works with. */
import { AgentError } from '../errors.ts'
import type { SessionTails } from '../log/tail.ts'
import type { Session } from '../messages.ts'
import type { SessionRecord } from '../ports/store.ts'
import { timestampOf } from '../timestamp.ts'
import type { LiveSession } from './live-session.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { Admissions } from './once.ts'
import type { TurnParts } from './turn.ts'
import type { TurnRunner } from './turn-runner.ts'

export interface AgentParts extends Omit<TurnParts, 'pace' | 'spending'> {
  sessions: LiveSessions
  tails: SessionTails
  runner: TurnRunner
  admissions: Admissions
}

/** A session as its owner sees it. */
export function toSession(record: SessionRecord): Session {
  const { sessionId, title, model, createdAt, lastActivity, state, epoch, lastSeq } = record
  const lastEventId = `${epoch}-${lastSeq}`
  return { sessionId, title, model, createdAt, lastActivity, state, lastEventId }
}

/** The session's record, if it is the user's; else the same error as for one that never was (G11). */
export async function ownRecord(
  parts: AgentParts,
  userId: string,
  sessionId: string,
): Promise<SessionRecord> {
  const record = await parts.store.getSession(sessionId)
  if (record?.userId !== userId) throw new AgentError('SESSION_NOT_FOUND')
  return record
}

/** Works with the user's session, folded. */
export async function withOwn<T>(
  parts: AgentParts,
  userId: string,
  sessionId: string,
  work: (live: LiveSession) => Promise<T>,
): Promise<T> {
  // The record first: a stranger's question does not make us read somebody's log.
  await ownRecord(parts, userId, sessionId)
  return parts.sessions.use(sessionId, (live) => {
    if (!live) throw new AgentError('SESSION_NOT_FOUND')
    return work(live)
  })
}

export function nowIso(parts: AgentParts): string {
  return timestampOf(parts.clock.now())
}

/** A model that the picker offers. */
export function knownModel(parts: AgentParts, model: string): string {
  if (parts.settings.models.includes(model)) return model
  const message = `must be one of: ${parts.settings.models.join(', ')}`
  throw new AgentError('INVALID_INPUT', { fields: { model: message } })
}

/** Content within `maxMessageBytes`, counted as UTF-8. */
export function sizedContent(parts: AgentParts, content: string, field: string): string {
  const { maxMessageBytes } = parts.settings
  // A UTF-16 unit is at least one byte and at most three: count bytes only where it matters.
  const fits =
    content.length * 3 <= maxMessageBytes ||
    (content.length <= maxMessageBytes &&
      new TextEncoder().encode(content).length <= maxMessageBytes)
  if (fits) return content
  const message = `must be at most ${maxMessageBytes} bytes`
  throw new AgentError('INVALID_INPUT', { fields: { [field]: message } })
}
