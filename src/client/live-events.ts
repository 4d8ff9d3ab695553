/** Picks out of the events that views receive what others want to hear of. Used by the client. */
import type { NotificationEvent, SessionEvent } from '../core/events.ts'
import { Emitter } from './observable.ts'

export class LiveEvents {
  readonly notifications = new Emitter<NotificationEvent>()
  readonly changes = new Emitter<SessionEvent>()
  /** When a session's log was last replayed as a whole: what is older than that is history. */
  readonly #resets = new Map<string, string>()

  readonly take = (event: SessionEvent): void => {
    if (event.type === 'reset') this.#resets.set(event.sessionId, event.timestamp)
    else if (event.type === 'notification' && this.#isNew(event)) this.notifications.emit(event)
    if (changesList(event)) this.changes.emit(event)
  }

  /** Both times are the server's. ISO 8601 in UTC sorts as text. */
  #isNew({ sessionId, timestamp }: NotificationEvent): boolean {
    const reset = this.#resets.get(sessionId)
    return reset === undefined || timestamp > reset
  }
}

/** Whether a list of sessions (title, model, state, order) is out of date after it. */
function changesList(event: SessionEvent): boolean {
  switch (event.type) {
    case 'delta':
    case 'feedback':
      return false
    case 'status':
      return (event.state === 'thinking' && !event.reasoning) || event.state === 'closed'
    default:
      return true
  }
}
