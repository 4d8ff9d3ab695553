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
import type { SessionFollower } from '../../core/log/follow.ts'
import type { RequestContext } from './context.ts'

type Tracked = TrackedEnvelope<SessionEvent>
type Write = NonNullable<ReturnType<RequestContext['eventWriter']>>
type Connection = Pick<RequestContext, 'drained' | 'eventWriter' | 'cutIfOver'>

export function paced(
  ctx: Connection,
  events: SessionFollower,
  end: { signal: AbortSignal; leave: () => void },
): AsyncIterableIterator<Tracked, undefined> {
  const { signal, leave } = end
  let left = false
  const done = () => {
    if (!left) leave()
    left = true
    return { done: true, value: undefined } as const
  }
  let write: Write | null = null
  const pull = async (): Promise<IteratorResult<Tracked, undefined>> => {
    try {
      if (write) {
        await pump(ctx, { events, write, signal })
        return done()
      }
      const wait = ctx.drained(signal)
      if (wait) await wait
      const next = await events.next()
      if (next.done || ctx.cutIfOver()) return done()
      return { done: false, value: tracked(next.value.id, next.value) }
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
      await events.return()
      return done()
    },
  }
}

/** Writes events as they come, until the follower ends. No promise per event: this is what the server does most. */
function pump(
  ctx: Connection,
  { events, write, signal }: { events: SessionFollower; write: Write; signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      try {
        while (!events.upToDate) {
          const drained = ctx.drained(signal)
          if (drained) {
            drained.then(go, reject)
            return
          }
          const event = events.take()
          if (!event) break
          write(event)
        }
        if (events.ended) resolve()
        else events.wait(go, reject)
      } catch (cause) {
        reject(cause)
      }
    }
    go()
  })
}
