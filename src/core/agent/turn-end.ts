/** The one event that ends a turn (G7), and what goes with it, by how it came out. Used by the turn. */
import type { ModelError } from '../errors.ts'
import type { EventBody } from '../events.ts'
import type { RunningTurn } from '../folds/turn-queue.ts'
import type { ModelEnd } from '../ports/model.ts'

/** What the turn has to tell at its end. */
export interface Telling {
  running: RunningTurn
  /** The whole answer. */
  text: string
  timestamp: string
}

export function answered(
  { running, text: content, timestamp }: Telling,
  { finishReason, model, usage }: ModelEnd,
): EventBody {
  const { attempt } = running
  // Of attempts that were cut nothing was reported, and nothing is made up: their number says it.
  const spent = usage && (attempt > 1 ? { ...usage, attempts: attempt } : usage)
  const response = { type: 'response', ...idsOf(running), model, finishReason } as const
  return { ...response, content, timestamp, ...(spent && { usage: spent }) }
}

export function stopped(
  { running, text: content, timestamp }: Telling,
  { model, upstreamAborted }: { model: string; upstreamAborted: boolean },
): EventBody {
  const finishReason = 'cancelled'
  const response = { type: 'response', ...idsOf(running), model, finishReason } as const
  return { ...response, upstreamAborted, content, timestamp }
}

export function interrupted(
  { running, text: content, timestamp }: Telling,
  model: string,
): EventBody {
  const finishReason = 'interrupted'
  return { type: 'response', ...idsOf(running), model, finishReason, content, timestamp }
}

export function failed({ running, timestamp }: Telling, error: ModelError): EventBody {
  const { queryId: messageId, answerId, attempt } = running
  const { code, retryable, retryAfterMs, message: content } = error
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  const told = { code, content, retryable, timestamp, ...wait }
  return { type: 'error', messageId, answerId, attempt, ...told }
}

function idsOf({ queryId: replyTo, answerId: messageId, attempt }: RunningTurn) {
  return { messageId, replyTo, attempt }
}
