/**
 * A follower as tRPC takes it: every event tracked, so that a client resumes from its last id, and no
 * event pulled while the reader's connection has bytes waiting (G10). A plain iterator and no generator:
 * this runs once per event and reader.
 *
 * On a WebSocket it yields nothing until it ends: it writes the events itself, in tRPC's form. tRPC's own
 * loop costs as much per event as writing it does (docs/decisions/007-events-past-the-loop.md).
 */
import { type TrackedEnvelope, tracked } from '@trpc/server'
import type { SessionEvent } from '../../core/events.ts'
import type { RequestContext } from './context.ts'

type Tracked = TrackedEnvelope<SessionEvent>

export function paced(
  ctx: Pick<RequestContext, 'drained' | 'eventWriter' | 'cutIfOver'>,
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
  let write: ReturnType<RequestContext['eventWriter']> = null
  const pull = async (): Promise<IteratorResult<Tracked, undefined>> => {
    try {
      for (;;) {
        const wait = ctx.drained(signal)
        if (wait) await wait
        const next = await events.next()
        if (next.done) return done()
        if (write) write(next.value)
        else if (ctx.cutIfOver()) return done()
        else return { done: false, value: tracked(next.value.id, next.value) }
      }
    } catch (cause) {
      done()
      throw cause
    }
  }
  return {
    [Symbol.asyncIterator]() {
      write = ctx.eventWriter()
      return this
    },
    next: pull,
    async return() {
      await events.return?.()
      return done()
    },
  }
}
