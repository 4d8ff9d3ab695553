/**
 * Where readers wait until their connection has room again (G10). One per connection, made when a reader
 * first has to wait; whatever waits shares one listener.
 */
import type { Writable } from 'node:stream'

export class DrainGate {
  readonly #stream: Writable
  readonly #waiting = new Set<() => void>()
  #listening = false

  constructor(stream: Writable) {
    this.#stream = stream
  }

  /** Resolves when the stream has drained or closed, or when `signal` is aborted. */
  wait(signal?: AbortSignal): Promise<void> {
    if (this.#stream.destroyed || signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const go = () => {
        signal?.removeEventListener('abort', go)
        this.#waiting.delete(go)
        resolve()
      }
      signal?.addEventListener('abort', go)
      this.#waiting.add(go)
      this.#listen()
    })
  }

  #listen(): void {
    if (this.#listening) return
    this.#listening = true
    this.#stream.on('drain', this.#open)
    this.#stream.on('close', this.#open)
  }

  readonly #open = () => {
    this.#listening = false
    this.#stream.off('drain', this.#open)
    this.#stream.off('close', this.#open)
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const go of waiting) go()
  }
}
