/** What one reader was given, and when. Used by the followers and by the runner, which waits for it. */
import type { SessionEvent } from '../src/core/events.ts'

export class Given {
  readonly reader: string
  readonly events: SessionEvent[] = []
  /** Of each event, by the clock that never jumps. */
  readonly atMs: number[] = []
  readonly #looking = new Set<() => void>()

  constructor(reader: string) {
    this.reader = reader
  }

  add(event: SessionEvent): void {
    this.events.push(event)
    this.atMs.push(performance.now())
    for (const look of [...this.#looking]) look()
  }

  /** Resolves when `holds` of what was given; false where the deadline comes first. */
  until(holds: (events: readonly SessionEvent[]) => boolean, deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isTrue: boolean) => {
        clearTimeout(timer)
        this.#looking.delete(look)
        resolve(isTrue)
      }
      const look = () => {
        if (holds(this.events)) end(true)
      }
      const timer = setTimeout(() => end(false), Math.max(0, deadlineMs - performance.now()))
      this.#looking.add(look)
      look()
    })
  }

  reached(seq: number, deadlineMs: number): Promise<boolean> {
    return this.until((events) => (events.at(-1)?.seq ?? 0) >= seq, deadlineMs)
  }
}
