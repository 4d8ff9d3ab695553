/**
 * Queries that are held while their author edits them, and that nobody comes back to: a tab that was closed.
 * After a while they are released, in the log as everything is. Used by the turn runner.
 */
import type { EventBody } from '../events.ts'
import type { WaitingTurn } from '../folds/turn-queue.ts'
import type { Clock } from '../ports/clock.ts'
import { timestampOf } from '../timestamp.ts'
import type { LiveSession } from './live-session.ts'

/** An author who is still at it holds again; the time counts from the last hold. */
export const holdMs = 5 * 60_000

/** Releases what was held for too long. */
export async function releaseAbandoned(live: LiveSession, clock: Clock): Promise<void> {
  if (!live.queue.waiting.some((turn) => leftMs(turn, clock) === 0)) return
  await live.change(() => {
    const abandoned = live.queue.waiting.filter((turn) => leftMs(turn, clock) === 0)
    const events = abandoned.map(({ queryId: messageId, priority }): EventBody => {
      const content = live.transcript.find(messageId)?.content ?? ''
      const timestamp = timestampOf(clock.now())
      return { type: 'query', messageId, priority, state: 'released', content, timestamp }
    })
    return events.length > 0 ? { events } : null
  })
}

/** When the next one is to be released, in milliseconds from now; null where none is held. */
export function nextRelease(live: LiveSession, clock: Clock): number | null {
  const left = live.queue.waiting.flatMap((turn) => leftMs(turn, clock) ?? [])
  return left.length > 0 ? Math.min(...left) : null
}

/** Null where it is not held. A clock that was put back makes nobody wait longer. */
function leftMs({ heldAt }: WaitingTurn, clock: Clock): number | null {
  if (heldAt === null) return null
  const left = Date.parse(heldAt) + holdMs - clock.now()
  return Math.max(0, Math.min(holdMs, left))
}
