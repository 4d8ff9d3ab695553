/**
 * Gathers what the calls tell, and sends it together: at once after a rest, then after some milliseconds.
 * Used by the model's thread.
 */
import type { FromThread, LogLine, Told } from './messages.ts'

/** Between two batches. Short beside the rest of an answer (`core/agent/answer-pace.ts`). */
const restMs = 10

export class Batch {
  readonly #send: (batch: FromThread) => void
  #next: FromThread = empty()
  #resting = false
  #due = false

  constructor(send: (batch: FromThread) => void) {
    this.#send = send
  }

  text(call: number, text: string, waitedMs: number): void {
    this.#next.told.push(call, text, waitedMs)
    this.#next.chars += text.length
    this.#arm()
  }

  tell(call: number, told: Told): void {
    this.#next.told.push(call, told, 0)
    this.#arm()
  }

  log(line: LogLine): void {
    this.#next.logged.push(line)
    this.#arm()
  }

  #arm(): void {
    if (this.#resting || this.#due) return
    this.#due = true
    // After what else is ready to be read in this turn of the event loop.
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#due = false
    const batch = this.#next
    if (batch.told.length === 0 && batch.logged.length === 0) return
    this.#next = empty()
    this.#resting = true
    setTimeout(() => {
      this.#resting = false
      this.#flush()
    }, restMs)
    this.#send(batch)
  }
}

function empty(): FromThread {
  return { told: [], chars: 0, logged: [] }
}
