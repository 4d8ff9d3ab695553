/**
 * A follower as tRPC takes it: every event tracked, so that a client resumes from its last id, and no
 * event pulled while the reader's connection has bytes waiting (G10). A plain iterator and no generator:
 * this runs once per event and reader.
 */
import { type TrackedEnvelope, tracked } from '@trpc/server'
import type { SessionEvent } from '../../core/events.ts'
import type { RequestContext } from './context.ts'

type Tracked = TrackedEnvelope<SessionEvent>

export function paced(
  ctx: Pick<RequestContext, 'drained'>,
  events: AsyncIterableIterator<SessionEvent>,
  end: { signal: AbortSignal; leave: () => void },
): AsyncIterableIterator<Tracked, undefined> {
  const { signal, leave } = end
  let left = false
  const done = () => {
    if (!left) leave()
    left = true
    return { done: true, value: undefined } as const
  }
  const pull = async (): Promise<IteratorResult<Tracked, undefined>> => {
    try {
      const wait = ctx.drained(signal)
      if (wait) await wait
      const next = await events.next()
      return next.done ? done() : { done: false, value: tracked(next.value.id, next.value) }
    } catch (cause) {
      done()
      throw cause
    }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: pull,
    async return() {
      await events.return?.()
      return done()
    },
  }
}
