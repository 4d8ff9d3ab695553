/**
 * The views of a client, one per session, shared by all who ask. One that nobody watches keeps what it
 * has, so that coming back shows it at once and costs what was missed; only so many are kept.
 */
import { LiveSessionView, type SessionViewOptions } from './session-view.ts'

/** Views that nobody watches. */
const maxResting = 20

export class SessionViews {
  readonly #make: Omit<SessionViewOptions, 'sessionId' | 'onActive'>
  /** Least recently watched first. */
  readonly #views = new Map<string, LiveSessionView>()
  readonly #active = new Set<LiveSessionView>()

  constructor(make: Omit<SessionViewOptions, 'sessionId' | 'onActive'>) {
    this.#make = make
  }

  get(sessionId: string): LiveSessionView {
    const known = this.#views.get(sessionId)
    if (known) return known
    const view: LiveSessionView = new LiveSessionView({
      ...this.#make,
      sessionId,
      onActive: (active) => this.#onActive(view, active),
    })
    this.#views.set(sessionId, view)
    this.#trim(view)
    return view
  }

  close(): void {
    for (const view of [...this.#active]) view.close()
  }

  #onActive(view: LiveSessionView, active: boolean): void {
    if (active) {
      this.#active.add(view)
      this.#views.delete(view.sessionId)
      this.#views.set(view.sessionId, view)
    } else {
      this.#active.delete(view)
      this.#trim(view)
    }
  }

  #trim(latest: LiveSessionView): void {
    const resting = [...this.#views.values()].filter(
      (view) => view !== latest && !this.#active.has(view),
    )
    for (const view of resting.slice(0, Math.max(0, resting.length - maxResting))) {
      this.#views.delete(view.sessionId)
    }
  }
}
