/** The two ways in which the client tells of changes: a value that can be watched, and happenings. */

/** A value that changes. The shape that React's `useSyncExternalStore` takes. */
export interface Observable<T> {
  /** The same object until it changes. */
  getSnapshot(): T
  /** Calls `listener` after each change. Returns the end of it. */
  subscribe(listener: () => void): () => void
}

export class Emitter<T> {
  readonly #listeners = new Set<{ call: (value: T) => void }>()

  on(listener: (value: T) => void): () => void {
    // Wrapped, so that the same function may listen twice and leave once.
    const entry = { call: listener }
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }

  /** A listener that throws stops neither the others nor the caller: its error goes to the runtime. */
  emit(value: T): void {
    for (const { call } of [...this.#listeners]) {
      try {
        call(value)
      } catch (cause) {
        reportError(cause)
      }
    }
  }
}

export class Store<T> implements Observable<T> {
  #value: T
  readonly #changed = new Emitter<void>()

  constructor(value: T) {
    this.#value = value
  }

  readonly getSnapshot = (): T => this.#value

  readonly subscribe = (listener: () => void): (() => void) => this.#changed.on(listener)

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    this.#changed.emit()
  }
}

/** As an event listener's error would surface, where the runtime has no `reportError` (Node). */
function reportError(cause: unknown): void {
  queueMicrotask(() => {
    throw cause
  })
}
