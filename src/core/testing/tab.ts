/** A reader of a session that keeps all it is given, as an open tab does. Used by the core's tests. */
import type { SessionEvent } from '../events.ts'
import { Transcript } from '../folds/transcript.ts'

type Test = (event: SessionEvent) => boolean

export class Tab {
  readonly events: SessionEvent[] = []
  readonly transcript = new Transcript()
  /** Resolves when there is nothing more to come. */
  readonly ended: Promise<void>
  readonly #stop: AbortController
  #waiting = new Set<() => void>()

  constructor(given: AsyncIterable<SessionEvent>, stop: AbortController) {
    this.#stop = stop
    this.ended = this.#read(given)
  }

  /** The first event of this kind, once it is there. `after` leaves out earlier numbers. */
  until(test: Test, after = 0): Promise<SessionEvent> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.events.find((event) => event.seq > after && test(event))
        if (!found) return
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  /** What it was given, in short: `query queued`, `delta`, `response stop`. */
  get story(): string[] {
    return this.events.map((event) => {
      if (event.type === 'query' || event.type === 'status') return `${event.type} ${event.state}`
      if (event.type === 'response') return `response ${event.finishReason}`
      if (event.type === 'error') return `error ${event.code}`
      return event.type === 'command' ? `command ${event.name}` : event.type
    })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.ended
  }

  async #read(given: AsyncIterable<SessionEvent>): Promise<void> {
    for await (const event of given) {
      this.events.push(event)
      this.transcript.apply(event)
      for (const check of this.#waiting) check()
    }
  }
}

export const isIdle: Test = (event) => event.type === 'status' && event.state === 'idle'
export const isDelta: Test = (event) => event.type === 'delta'

/** The end of the answer to this query. */
export function isEndOf(queryId: string): Test {
  return (event) =>
    (event.type === 'response' && event.replyTo === queryId) ||
    (event.type === 'error' && event.messageId === queryId)
}
