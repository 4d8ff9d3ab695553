/** The verb `agent.query`: commit what a person asks, once, and see that it is answered. */
import { AgentError } from '../errors.ts'
import type { Inputs } from '../inputs.ts'
import type { QueryReply } from './agent.ts'
import { checkBudget } from './budget.ts'
import type { LiveSession } from './live-session.ts'
import { appendOnce, onceFor, recordedFor } from './once.ts'
import { type AgentParts, nowIso, sizedContent, withOwn } from './parts.ts'

interface Asked {
  userId: string
  input: Inputs['agentQuery']
  /** Asked once for a request that was not made before; throws where it is refused. */
  admit: (() => Promise<void>) | undefined
}

export async function ask(
  parts: AgentParts,
  { userId, input, admit = async () => {} }: Asked,
): Promise<QueryReply> {
  const { sessionId, id, priority, replaces } = input
  const content = sizedContent(parts, input.content, 'content')
  return withOwn(parts, userId, sessionId, async (live) => {
    const once = await onceFor(userId, { id, verb: 'query', body: input })
    const work = async (admitOnce: () => Promise<void>) => {
      const recorded = await recordedFor(parts, once)
      if (recorded) return recorded
      await checkBudget(parts, userId)
      await admitOnce()
      return appendOnce(parts, live, once, () => {
        if (parts.runner.draining) throw new AgentError('DRAINING', { retryAfterMs: 2000 })
        if (live.queue.waiting.length >= parts.settings.maxQueued) {
          throw new AgentError('QUEUE_FULL', { retryAfterMs: 5000 })
        }
        if (replaces !== undefined) checkReplaced(live, replaces)
        const asked = { type: 'query', messageId: id, priority, state: 'queued', content } as const
        const stands = replaces === undefined ? {} : { replaces }
        return { events: [{ ...asked, timestamp: nowIso(parts), ...stands }], reply: null }
      })
    }
    const { seq } = await parts.admissions.during(once, { admit, work })
    parts.runner.kick(sessionId)
    return replyOf(live, id, seq)
  })
}

/** Only what was answered can be asked in another way; what waits is edited, what runs is stopped first. */
function checkReplaced(live: LiveSession, messageId: string): void {
  const query = live.transcript.find(messageId)
  if (query?.role !== 'user') throw new AgentError('MESSAGE_NOT_FOUND')
  const refused = (replaces: string) => new AgentError('INVALID_INPUT', { fields: { replaces } })
  if (live.queue.position(messageId) !== -1) throw refused('must have been answered')
  if (query.replacedBy) throw refused('must not have been replaced by another query')
}

function replyOf(live: LiveSession, messageId: string, seq: number): QueryReply {
  const position = live.queue.position(messageId)
  if (position === -1) return { messageId, seq, state: 'done', position: 0 }
  const running = live.queue.running?.queryId === messageId
  return { messageId, seq, state: running ? 'running' : 'queued', position }
}
