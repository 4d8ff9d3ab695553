/** The verbs `session.*`: make, list, read, change, delete and follow the sessions of a user. */
import { parseCursor } from '../cursor.ts'
import { AgentError } from '../errors.ts'
import type { ResetEvent } from '../events.ts'
import { untitled } from '../folds/summary.ts'
import type { Inputs } from '../inputs.ts'
import { Follower, type SessionFollower } from '../log/follow.ts'
import type { Session } from '../messages.ts'
import type { SessionRecord } from '../ports/store.ts'
import type { HistoryPage } from './agent.ts'
import { onceFor, recordedFor } from './once.ts'
import { type AgentParts, knownModel, nowIso, ownRecord, toSession, withOwn } from './parts.ts'

export async function createSession(
  parts: AgentParts,
  userId: string,
  input: Inputs['sessionCreate'],
): Promise<Session> {
  const { store, ids, settings } = parts
  const { id, title = untitled } = input
  const model = knownModel(parts, input.model ?? settings.defaultModel)
  const once = id ? await onceFor(userId, { id, verb: 'create', body: input }) : undefined
  const recorded = once && (await recordedFor(parts, once))
  if (recorded) return toSession(await ownRecord(parts, userId, recorded.sessionId))
  const sessionId = ids.random()
  const createdAt = nowIso(parts)
  const result = await store.createSession({
    record: {
      sessionId,
      userId,
      title,
      model,
      createdAt,
      lastActivity: createdAt,
      state: 'idle',
      epoch: ids.epoch(),
    },
    events: [
      {
        type: 'notification',
        level: 'info',
        content: `Connected to Agent WebSocket. Session ID: ${sessionId}`,
        timestamp: createdAt,
      },
    ],
    ...(once && { once: { ...once, reply: null } }),
  })
  switch (result.outcome) {
    case 'created':
      return toSession(result.record)
    case 'duplicate':
      return toSession(await ownRecord(parts, userId, result.recorded.sessionId))
    case 'id-conflict':
      throw new AgentError('ID_CONFLICT')
  }
}

export async function listSessions(
  parts: AgentParts,
  userId: string,
  { limit, cursor, search }: Inputs['sessionList'],
): Promise<{ items: Session[]; nextCursor: string | null }> {
  const records = await parts.store.listSessions({
    userId,
    limit,
    ...(cursor ? { after: parsePlace(cursor) } : {}),
    ...(search?.trim() ? { search: search.trim() } : {}),
  })
  const last = records.at(-1)
  const nextCursor = last && records.length === limit ? formatPlace(last) : null
  return { items: records.map(toSession), nextCursor }
}

function formatPlace({ lastActivity, sessionId }: SessionRecord): string {
  return `${lastActivity}|${sessionId}`
}

function parsePlace(cursor: string): { lastActivity: string; sessionId: string } {
  const match = /^([0-9TZ:.-]{20,30})\|(.{1,128})$/.exec(cursor)
  if (!match?.[1] || !match[2]) {
    throw new AgentError('INVALID_INPUT', { fields: { cursor: 'must be a nextCursor' } })
  }
  return { lastActivity: match[1], sessionId: match[2] }
}

export async function getSession(
  parts: AgentParts,
  userId: string,
  { sessionId }: Inputs['sessionGet'],
): Promise<Session> {
  return toSession(await ownRecord(parts, userId, sessionId))
}

export async function history(
  parts: AgentParts,
  userId: string,
  { sessionId, before, limit }: Inputs['sessionHistory'],
): Promise<HistoryPage> {
  const seq = typeof before === 'string' ? parseCursor(before)?.seq : (before ?? undefined)
  if (typeof before === 'string' && seq === undefined) {
    throw new AgentError('INVALID_INPUT', { fields: { before: 'must be a seq or an event id' } })
  }
  return withOwn(parts, userId, sessionId, async (live) => ({
    ...live.transcript.page({ before: seq, limit }),
    lastEventId: live.lastEventId,
  }))
}

export async function updateSession(
  parts: AgentParts,
  userId: string,
  { sessionId, title, model }: Inputs['sessionUpdate'],
): Promise<Session> {
  if (model !== undefined) knownModel(parts, model)
  return withOwn(parts, userId, sessionId, async (live) => {
    await live.change(() => {
      const events = [
        ...(title !== undefined && title !== live.title ? [rename(title)] : []),
        ...(model !== undefined && model !== live.model ? [changeModel(model)] : []),
      ].map((event) => ({ ...event, timestamp: nowIso(parts) }))
      return events.length > 0 ? { events } : null
    })
    return toSession(await ownRecord(parts, userId, sessionId))
  })
}

function rename(title: string) {
  return {
    type: 'command',
    name: 'rename',
    args: { title },
    content: `Renamed to ${title}`,
  } as const
}

/** The command that chooses a model, from `session.update` and from `/model` alike. */
export function changeModel(model: string) {
  return { type: 'command', name: 'model', args: { model }, content: `Model: ${model}` } as const
}

export async function deleteSession(
  parts: AgentParts,
  userId: string,
  { sessionId }: Inputs['sessionDelete'],
): Promise<{ deleted: true }> {
  await ownRecord(parts, userId, sessionId)
  // Whoever runs or follows it hears of it from the store, once it is so.
  const deleted = await parts.store.deleteSession(sessionId)
  if (!deleted) throw new AgentError('SESSION_NOT_FOUND')
  parts.sessions.forget(sessionId)
  return { deleted: true }
}

export async function followSession(
  parts: AgentParts,
  userId: string,
  { sessionId, lastEventId }: Inputs['sessionEvents'],
  signal: AbortSignal,
): Promise<SessionFollower> {
  // The tail before the record: what is committed between the two rings its bell.
  const { tail, leave } = parts.tails.enter(sessionId)
  try {
    const record = await ownRecord(parts, userId, sessionId)
    tail.knows(record.lastSeq)
    const { after, reason } = placeOf(record, lastEventId)
    return new Follower({
      store: parts.store,
      sessionId,
      tail,
      after,
      ...(reason && { reset: reset(parts, record, reason) }),
      signal,
      onEnd: leave,
    })
  } catch (cause) {
    leave()
    throw cause
  }
}

/** Where a reader begins; with a reason where its cursor cannot be honoured (G8). */
function placeOf(
  record: SessionRecord,
  lastEventId: string | null | undefined,
): { after: number; reason?: ResetEvent['reason'] } {
  if (!lastEventId) return { after: 0 }
  const cursor = parseCursor(lastEventId)
  if (!cursor) return { after: 0, reason: 'unknown-cursor' }
  if (cursor.epoch !== record.epoch) return { after: 0, reason: 'new-epoch' }
  if (cursor.seq > record.lastSeq) return { after: 0, reason: 'unknown-cursor' }
  return { after: cursor.seq }
}

function reset(
  parts: AgentParts,
  { sessionId, epoch }: SessionRecord,
  reason: ResetEvent['reason'],
): ResetEvent {
  const content = 'The conversation is loaded again from its beginning.'
  const timestamp = nowIso(parts)
  return { type: 'reset', id: `${epoch}-0`, seq: 0, sessionId, reason, content, timestamp }
}
