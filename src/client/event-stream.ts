/**
 * A session's events as an async iterable, for programs: `session.events()`. A consumer that is slow
 * costs a fixed amount of memory: past a limit the follow is left, and taken up again from the last
 * event once the rest has been read.
 */
import type { SessionEvent } from '../core/events.ts'
import { Follow, type FollowContext, type FollowEnd } from './follow.ts'

/** Events that wait for the consumer. */
const maxWaiting = 1_000

interface EventStreamOptions {
  sessionId: string
  lastEventId: string | null
  /** Ends the iteration, without an error. */
  signal: AbortSignal | undefined
}

/** Ends when the session is deleted or the signal is aborted; throws where the server refuses. */
export async function* eventStream(
  context: FollowContext,
  { sessionId, lastEventId, signal }: EventStreamOptions,
): AsyncGenerator<SessionEvent, void, undefined> {
  if (signal?.aborted) return
  let waiting: SessionEvent[] = []
  let end: FollowEnd | { kind: 'left' } | null = null
  let wake = () => {}
  let follow: Follow | null = null
  const leave = () => {
    end ??= { kind: 'left' }
    wake()
  }
  const begin = (from: string | null) =>
    new Follow(context, {
      sessionId,
      lastEventId: from,
      onEvent(event) {
        waiting.push(event)
        if (waiting.length >= maxWaiting) {
          follow?.stop()
          follow = null
        }
        wake()
      },
      onEnd(reason) {
        end ??= reason
        wake()
      },
    })
  const signals = [signal, context.signal].filter((one) => one !== undefined)
  for (const one of signals) one.addEventListener('abort', leave)
  let last = lastEventId
  try {
    follow = begin(last)
    for (;;) {
      const batch = waiting
      waiting = []
      for (const event of batch) {
        last = event.id
        yield event
        if (signal?.aborted) return
      }
      if (waiting.length > 0) continue
      const ended = endOf(() => end)
      if (ended?.kind === 'failed') throw ended.error
      if (ended) return
      follow ??= begin(last)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    for (const one of signals) one.removeEventListener('abort', leave)
    follow?.stop()
  }
}

/** Read through a function: the compiler does not see that a callback sets it. */
function endOf<T>(read: () => T): T {
  return read()
}
