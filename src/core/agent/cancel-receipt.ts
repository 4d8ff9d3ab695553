/**
 * The receipt of a `cancel`: read from the log, so that a request sent twice, or to another server, gets
 * the same one. Used by the command verb.
 */
import { AgentError } from '../errors.ts'
import type { LogEvent } from '../events.ts'
import type { CommandReply } from './agent.ts'
import type { LiveSession } from './live-session.ts'
import type { AgentParts } from './parts.ts'

/** A runner ends a cancelled answer in milliseconds; without one (a store that is full), say so. */
const waitMs = 10_000

type Receipt = Pick<CommandReply, 'outcome' | 'lastSeq' | 'upstreamAborted'>

export async function receiptOf(
  parts: AgentParts,
  live: LiveSession,
  { answerId, after }: { answerId: string; after: number },
): Promise<Receipt> {
  const arrival = nextEnd(parts, live, answerId)
  try {
    const { store } = parts
    const { sessionId } = live
    // The end may be there already. It is among the first events after the command.
    const events = await store.read({ sessionId, after, limit: 1000, maxChars: 1024 * 1024 })
    const end = events.find((event) => isEndOf(event, answerId)) ?? (await arrival.event)
    if (end.type !== 'response') {
      return { outcome: 'already-finished', lastSeq: end.seq, upstreamAborted: false }
    }
    const outcome = end.finishReason === 'cancelled' ? 'cancelled' : 'already-finished'
    return { outcome, lastSeq: end.seq, upstreamAborted: end.upstreamAborted ?? false }
  } finally {
    arrival.stop()
  }
}

function nextEnd(parts: AgentParts, live: LiveSession, answerId: string) {
  const { promise, resolve, reject } = Promise.withResolvers<LogEvent>()
  const unwatch = live.observe({
    event: (event) => {
      if (isEndOf(event, answerId)) resolve(event)
    },
    deleted: () => reject(new AgentError('SESSION_NOT_FOUND')),
  })
  const late = () => reject(new AgentError('STORE_UNAVAILABLE', { retryAfterMs: 1000 }))
  const callOff = parts.clock.after(waitMs, late)
  promise.catch(() => undefined)
  const stop = () => {
    unwatch()
    callOff()
  }
  return { event: promise, stop }
}

function isEndOf(event: LogEvent, answerId: string): boolean {
  return (
    (event.type === 'response' && event.messageId === answerId) ||
    (event.type === 'error' && event.answerId === answerId)
  )
}
