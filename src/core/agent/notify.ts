/**
 * The verb `notify`: what another program tells a session, or all sessions of a user, once by its id.
 *
 * It appends without reading the log: a notification belongs to no turn and changes nothing that anybody
 * decides by. It is no activity either, so a session that is closed stays closed, and keeps its place in lists.
 *
 * To all sessions of a user it goes in batches. When the request was first made is kept, and each session
 * keeps that it has it: sent again after a crash in the middle, it goes on where it stood, and sessions that
 * were made meanwhile are left out, so that the answer is the same.
 */
import { AgentError } from '../errors.ts'
import type { EventBody } from '../events.ts'
import type { Inputs } from '../inputs.ts'
import { timestampOf } from '../timestamp.ts'
import type { NotifyReply } from './agent.ts'
import { type OnceKey, onceFor } from './once.ts'
import { type AgentParts, nowIso, sizedContent } from './parts.ts'

/** Whose ids they are: all services'. It begins as no user's id may. */
const scope = ' service'
/** Sessions that are written to at a time: one commit, and then others get their turn. */
const batch = 100

export async function notify(parts: AgentParts, input: Inputs['notify']): Promise<NotifyReply> {
  const { sessionId, userId, id } = input
  const body = {
    type: 'notification',
    level: input.level,
    content: sizedContent(parts, input.content, 'content'),
    timestamp: nowIso(parts),
    ...(input.data !== undefined && { data: sizedData(parts, input.data) }),
  } as const
  if (sessionId !== undefined && !(await parts.store.getSession(sessionId))) {
    throw new AgentError('SESSION_NOT_FOUND')
  }
  const once = await onceFor(scope, { id, verb: 'notify', body: input })
  const createdBy = await begin(parts, once)
  const tell = (to: string) => append(parts, to, { once, body })
  if (sessionId !== undefined) {
    const told = await tell(sessionId)
    if (!told) throw new AgentError('SESSION_NOT_FOUND')
    return { sessions: [told] }
  }
  if (userId === undefined) throw new Error('a notification to nobody')
  const sessions: NotifyReply['sessions'] = []
  for await (const page of pagesOf(parts, { userId, createdBy })) {
    if (parts.runner.draining) throw new AgentError('DRAINING', { retryAfterMs: 2000 })
    for (const told of await Promise.all(page.map(tell))) if (told) sessions.push(told)
  }
  return { sessions }
}

/** When the request was first made. Another request of the same id is refused. */
async function begin(parts: AgentParts, { id, hash }: OnceKey): Promise<string> {
  const forgetBefore = timestampOf(parts.clock.now() - parts.settings.retentionMs)
  const notice = await parts.store.beginNotice({ id, hash, at: nowIso(parts), forgetBefore })
  if (notice.outcome === 'id-conflict') throw new AgentError('ID_CONFLICT')
  return notice.at
}

async function* pagesOf(
  { store }: AgentParts,
  whose: { userId: string; createdBy: string },
): AsyncGenerator<string[]> {
  let after: string | undefined
  for (;;) {
    const page = await store.sessionsOf({ ...whose, limit: batch, ...(after && { after }) })
    if (page.length > 0) yield page
    after = page.at(-1)
    if (page.length < batch) return
  }
}

/** Null where the session is gone. */
async function append(
  { store }: AgentParts,
  sessionId: string,
  { once, body }: { once: OnceKey; body: EventBody },
): Promise<NotifyReply['sessions'][number] | null> {
  const own = { ...once, id: `${once.id} ${sessionId}`, reply: null }
  const result = await store.append({ sessionId, events: [body], once: own })
  switch (result.outcome) {
    case 'appended':
      return { sessionId, seq: result.events[0]?.seq ?? 0 }
    case 'duplicate':
      return { sessionId, seq: result.recorded.seq }
    case 'no-session':
      return null
    case 'id-conflict':
      // The request itself was forgotten, and its id used again; the session has the first one.
      throw new AgentError('ID_CONFLICT')
    default:
      throw new Error(`a notification was ${result.outcome}`)
  }
}

/** Data within `maxMessageBytes`, as JSON. */
function sizedData(parts: AgentParts, data: unknown): unknown {
  const { maxMessageBytes } = parts.settings
  if (new TextEncoder().encode(JSON.stringify(data)).length <= maxMessageBytes) return data
  const message = `must be at most ${maxMessageBytes} bytes as JSON`
  throw new AgentError('INVALID_INPUT', { fields: { data: message } })
}
