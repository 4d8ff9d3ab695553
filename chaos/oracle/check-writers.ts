/**
 * An attempt that another one took the place of writes nothing more, and neither does an answer whose turn is over or
 * has not come (G6): by the log, and by what each reader was given, which has the pieces too.
 */
import type { SessionEvent } from '../../src/core/events.ts'
import type { GivenTo, ObservedSession } from '../observations.ts'
import type { Tell } from './finding.ts'

export function checkWriters({ log, given }: ObservedSession, tell: Tell): void {
  for (const each of [{ reader: 'log', events: log }, ...given]) checkReader(each, tell)
}

function checkReader({ reader, events }: GivenTo, tell: Tell): void {
  let running: Written | null = null
  for (const event of events) {
    const written = writtenBy(event)
    if (!written) continue
    if (written.begins) running = written
    const { answerId, attempt } = written
    if (running && (running.answerId !== answerId || running.attempt !== attempt)) {
      const now = `attempt ${running.attempt} of ${running.answerId}`
      const of = `attempt ${attempt} of ${answerId}`
      tell('two writers', `${reader} was given ${event.type} ${event.seq} of ${of}, during ${now}`)
    }
    if (written.ends) running = null
  }
}

interface Written {
  answerId: string
  attempt: number
  begins: boolean
  ends: boolean
}

/** What a turn writes of its attempt. */
function writtenBy(event: SessionEvent): Written | null {
  switch (event.type) {
    case 'status': {
      const { answerId, attempt = 1, state, reasoning } = event
      // After its end: that it was stopped.
      if (!answerId || state === 'stopped') return null
      const begins = state === 'thinking' || state === 'restarting' || state === 'continuing'
      return { answerId, attempt, begins: begins && !reasoning, ends: false }
    }
    case 'delta':
      return { answerId: event.messageId, attempt: event.attempt, begins: false, ends: false }
    case 'response':
      return { answerId: event.messageId, attempt: event.attempt, begins: false, ends: true }
    case 'error': {
      const { answerId, attempt = 1 } = event
      return answerId ? { answerId, attempt, begins: false, ends: true } : null
    }
    default:
      return null
  }
}
