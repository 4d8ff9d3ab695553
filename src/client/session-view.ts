/**
 * One session as a page shows it: an external store of immutable snapshots, folded from the newest page
 * of its history and every event after it. Shared by all who watch the session: it follows from the
 * first subscriber on, and a little longer than the last one. Used by `session.view()` and the hooks.
 */
import type { SessionEvent } from '../core/events.ts'
import type { FollowContext } from './follow.ts'
import type { Scheduler } from './frame-scheduler.ts'
import { Emitter, type Observable } from './observable.ts'
import type { Outbox } from './outbox.ts'
import { SessionReading } from './session-reading.ts'
import { loadingSnapshot, type SessionSnapshot, takeSnapshot } from './session-snapshot.ts'

export interface SessionView extends Observable<SessionSnapshot> {
  readonly sessionId: string
  /** Puts the page before the first message in front. Nothing where there is none. */
  loadEarlier(): Promise<void>
  /** After `failed`: begins anew. */
  reopen(): void
  /** Stops following now, whoever subscribes. The next subscriber begins again. */
  close(): void
}

export interface SessionViewOptions {
  context: FollowContext
  sessionId: string
  outbox: Outbox
  schedule: Scheduler
  /** Every event as it comes, history not among them. */
  onEvent(event: SessionEvent): void
  /** The view began to follow, or stopped. */
  onActive(active: boolean): void
}

/** A view is kept going for this long after its last subscriber: React's Strict Mode, a quick look elsewhere. */
const lingerMs = 5_000

export class LiveSessionView implements SessionView {
  readonly sessionId: string
  readonly #options: SessionViewOptions
  readonly #changed = new Emitter<void>()
  readonly #reading: SessionReading
  #snapshot = loadingSnapshot
  #subscribers = 0
  #cancelPaint: (() => void) | null = null
  #cancelLinger = () => {}
  #leaveOutbox = () => {}

  constructor(options: SessionViewOptions) {
    const { context, sessionId } = options
    this.#options = options
    this.sessionId = sessionId
    this.#reading = new SessionReading({
      context,
      sessionId,
      onEvent: (event) => options.onEvent(event),
      onChange: () => this.#paintSoon(),
    })
  }

  readonly getSnapshot = (): SessionSnapshot => this.#snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    const leave = this.#changed.on(listener)
    this.#subscribers++
    this.#cancelLinger()
    this.#begin()
    let left = false
    return () => {
      if (left) return
      left = true
      leave()
      if (--this.#subscribers > 0) return
      this.#cancelLinger = this.#options.context.clock.after(lingerMs, () => this.close())
    }
  }

  readonly loadEarlier = (): Promise<void> => this.#reading.loadEarlier()

  readonly reopen = (): void => {
    if (!this.#reading.forget()) return
    if (this.#subscribers > 0) this.#begin()
    this.#paintSoon()
  }

  readonly close = (): void => {
    this.#cancelLinger()
    this.#leaveOutbox()
    this.#leaveOutbox = () => {}
    this.#cancelPaint?.()
    this.#cancelPaint = null
    this.#reading.rest()
    this.#options.onActive(false)
  }

  #begin(): void {
    if (!this.#reading.isResting) return
    this.#options.onActive(true)
    this.#leaveOutbox()
    this.#leaveOutbox = this.#options.outbox.onChange((sessionId) => {
      if (sessionId === this.sessionId) this.#paintSoon()
    })
    this.#reading.begin()
    this.#paintSoon()
  }

  #paintSoon(): void {
    this.#cancelPaint ??= this.#options.schedule(() => {
      this.#cancelPaint = null
      const { sessionId, outbox } = this.#options
      const { transcript, hasEarlier, phase } = this.#reading
      const sources = { sessionId, outbox, transcript, hasEarlier }
      this.#snapshot = takeSnapshot(sources, phase, this.#snapshot)
      this.#changed.emit()
    })
  }
}
