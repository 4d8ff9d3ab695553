/** Numbers without a hole and the same for all: each reader against the log as it is at the end (G1, G2, G3). */
import { isDeepStrictEqual } from 'node:util'
import type { SessionEvent } from '../../src/core/events.ts'
import type { GivenTo, ObservedSession } from '../observations.ts'
import type { Tell } from './finding.ts'

export function checkReaders({ log, given }: ObservedSession, tell: Tell): void {
  checkOrder({ reader: 'log', events: log }, tell)
  checkHoles(log, tell)
  const kept = new Map(log.map((event) => [event.id, event]))
  for (const each of given) {
    checkOrder(each, tell)
    const ids = new Set(each.events.map(({ id }) => id))
    const last = each.events.at(-1)?.seq ?? 0
    for (const event of log) {
      if (event.type === 'delta' || event.seq > last || ids.has(event.id)) continue
      tell('lost', `${each.reader} was not given ${event.type} ${event.seq}`)
    }
    for (const event of each.events) {
      if (event.type === 'delta' || event.type === 'reset') continue
      const now = kept.get(event.id)
      if (!now)
        tell('not kept', `${each.reader} was given ${event.type} ${event.seq}, which is gone`)
      else if (!isDeepStrictEqual(now, event)) {
        tell('changed', `${event.type} ${event.seq} is not what ${each.reader} was given`)
      }
    }
  }
}

function checkOrder({ reader, events }: GivenTo, tell: Tell): void {
  let last = 0
  const seen = new Set<number>()
  for (const { seq, type } of events) {
    if (type === 'reset') tell('lost', `${reader} was told to forget what it has`)
    else if (seen.has(seq)) tell('doubled', `${reader} was given ${type} ${seq} again`)
    else if (seq <= last) tell('out of order', `${reader} was given ${type} ${seq} after ${last}`)
    seen.add(seq)
    last = Math.max(last, seq)
  }
}

/** Numbers that the log does not have any more were deltas: so they lie within an answer that was running. */
function checkHoles(log: readonly SessionEvent[], tell: Tell): void {
  let last = 0
  let running = false
  for (const event of log) {
    if (event.seq > last + 1 && !running && event.type !== 'delta') {
      tell('hole', `nothing has the numbers ${last + 1} to ${event.seq - 1}`)
    }
    last = event.seq
    if (event.type === 'status' && event.state === 'thinking') running = true
    if (event.type === 'response' || event.type === 'error') running = false
  }
}
