/**
 * How long answers stood still because their server was killed, where others share its store: from the kill to the
 * first event of the server that took the answer over, as the first of the readers at the servers was given it.
 *
 * Which server ran an answer nobody outside can tell. So it is counted from the first kill since the attempt began:
 * where that was another server's, the figure is too high, never too low. Pure; used by the runner.
 */
import type { SessionEvent } from '../src/core/events.ts'
import type { Given } from './given.ts'
import type { Outage } from './stage.ts'

type Seen = Pick<Given, 'events' | 'atMs'>

/** `readers` of one session. */
export function takeoversElsewhere(
  outages: readonly Pick<Outage, 'how' | 'cutAtMs'>[],
  readers: readonly Seen[],
): number[] {
  const kills = outages.filter(({ how }) => how === 'kill').map(({ cutAtMs }) => cutAtMs)
  const begunAtMs = new Map<string, number>()
  const tookMs: number[] = []
  for (const { event, atMs } of firstSeen(readers)) {
    const answerId = answerOf(event)
    if (answerId === null) continue
    const beganMs = begunAtMs.get(answerId)
    if (beganMs !== undefined && isTakenOver(event)) {
      const cutMs = kills.filter((killMs) => killMs > beganMs && killMs < atMs)
      if (cutMs.length > 0) tookMs.push(atMs - Math.min(...cutMs))
    }
    if (event.type === 'status') begunAtMs.set(answerId, atMs)
    else begunAtMs.delete(answerId)
  }
  return tookMs
}

/** Of each event the first time that anyone was given it, in the order of the log. */
function firstSeen(readers: readonly Seen[]): { event: SessionEvent; atMs: number }[] {
  const first = new Map<number, { event: SessionEvent; atMs: number }>()
  for (const { events, atMs: times } of readers) {
    for (const [place, event] of events.entries()) {
      const atMs = times[place] ?? Number.POSITIVE_INFINITY
      if (atMs < (first.get(event.seq)?.atMs ?? Number.POSITIVE_INFINITY)) {
        first.set(event.seq, { event, atMs })
      }
    }
  }
  return [...first.values()].toSorted((a, b) => a.event.seq - b.event.seq)
}

/** Where an attempt begins or an answer ends. */
function answerOf(event: SessionEvent): string | null {
  switch (event.type) {
    case 'status': {
      const { state, answerId, reasoning } = event
      const begins = state === 'thinking' || state === 'restarting' || state === 'continuing'
      return begins && !reasoning ? (answerId ?? null) : null
    }
    case 'response':
      return event.messageId
    case 'error':
      return event.answerId ?? null
    default:
      return null
  }
}

function isTakenOver(event: SessionEvent): boolean {
  switch (event.type) {
    case 'status':
      return event.state !== 'thinking'
    case 'response':
      return event.finishReason === 'interrupted'
    case 'error':
      return event.code === 'INTERNAL'
    default:
      return false
  }
}
