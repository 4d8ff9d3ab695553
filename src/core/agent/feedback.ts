/** The verb `agent.feedback`: what a person thinks of an answer, once by its id. */
import { AgentError } from '../errors.ts'
import type { Inputs } from '../inputs.ts'
import { appendOnce, onceFor } from './once.ts'
import { type AgentParts, nowIso, withOwn } from './parts.ts'

export function feedback(
  parts: AgentParts,
  userId: string,
  input: Inputs['agentFeedback'],
): Promise<{ seq: number }> {
  const { sessionId, id, messageId, rating, comment } = input
  return withOwn(parts, userId, sessionId, async (live) => {
    const once = await onceFor(userId, { id, verb: 'feedback', body: input })
    const { seq } = await appendOnce(parts, live, once, () => {
      if (live.transcript.find(messageId)?.role !== 'assistant') {
        throw new AgentError('MESSAGE_NOT_FOUND')
      }
      const content = { up: 'Good answer', down: 'Bad answer', none: 'Rating withdrawn' }[rating]
      const event = { type: 'feedback', messageId, rating, content } as const
      const timestamp = nowIso(parts)
      const noted = comment === undefined ? {} : { comment }
      return { events: [{ ...event, timestamp, ...noted }], reply: null }
    })
    return { seq }
  })
}
