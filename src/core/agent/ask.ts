/** The verb `agent.query`: commit what a person asks, once, and see that it is answered. */
import { AgentError } from '../errors.ts'
import type { Inputs } from '../inputs.ts'
import type { QueryReply } from './agent.ts'
import type { LiveSession } from './live-session.ts'
import { appendOnce, onceFor } from './once.ts'
import { type AgentParts, nowIso, sizedContent, withOwn } from './parts.ts'

export async function ask(
  parts: AgentParts,
  userId: string,
  input: Inputs['agentQuery'],
): Promise<QueryReply> {
  const { sessionId, id, priority } = input
  const content = sizedContent(parts, input.content, 'content')
  return withOwn(parts, userId, sessionId, async (live) => {
    const once = await onceFor(userId, { id, verb: 'query', body: input })
    const { seq } = await appendOnce(parts, live, once, () => {
      if (parts.runner.draining) throw new AgentError('DRAINING', { retryAfterMs: 2000 })
      if (live.queue.waiting.length >= parts.settings.maxQueued) {
        throw new AgentError('QUEUE_FULL', { retryAfterMs: 5000 })
      }
      const state = 'queued'
      const timestamp = nowIso(parts)
      return {
        events: [{ type: 'query', messageId: id, priority, state, content, timestamp }],
        reply: null,
      }
    })
    parts.runner.kick(sessionId)
    return replyOf(live, id, seq)
  })
}

function replyOf(live: LiveSession, messageId: string, seq: number): QueryReply {
  const position = live.queue.position(messageId)
  if (position === -1) return { messageId, seq, state: 'done', position: 0 }
  const running = live.queue.running?.queryId === messageId
  return { messageId, seq, state: running ? 'running' : 'queued', position }
}
