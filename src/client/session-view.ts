/**
 * One session as a page shows it: an external store of immutable snapshots, folded from the newest page
 * of its history and every event after it. Shared by all who watch the session: it follows from the
 * first subscriber on, and a little longer than the last one. Used by `session.view()` and the hooks.
 */
import type { SessionEvent } from '../core/events.ts'
import { Transcript } from '../core/folds/transcript.ts'
import { toClientError } from './errors.ts'
import { Follow, type FollowContext, type FollowEnd } from './follow.ts'
import type { Scheduler } from './frame-scheduler.ts'
import { Emitter, type Observable } from './observable.ts'
import type { Outbox } from './outbox.ts'
import { retrying } from './retrying.ts'
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

const pageSize = 50
/** A view is kept going for this long after its last subscriber: React's Strict Mode, a quick look elsewhere. */
const lingerMs = 5_000

type Life =
  /** Not followed. `from` is where to go on; null where nothing was read yet. */
  | { state: 'resting'; from: string | null }
  | { state: 'opening'; stop: AbortController }
  | { state: 'following'; follow: Follow }
  | { state: 'ended'; end: FollowEnd }

export class LiveSessionView implements SessionView {
  readonly sessionId: string
  readonly #options: SessionViewOptions
  readonly #changed = new Emitter<void>()
  #transcript = new Transcript()
  #life: Life = { state: 'resting', from: null }
  #hasEarlier = false
  #loadingEarlier: Promise<void> | null = null
  /** Grows with each reset: a page that was asked for before one is of another log. */
  #generation = 0
  #snapshot = loadingSnapshot
  #subscribers = 0
  #cancelPaint: (() => void) | null = null
  #cancelLinger = () => {}
  #leaveOutbox = () => {}

  constructor(options: SessionViewOptions) {
    this.#options = options
    this.sessionId = options.sessionId
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

  readonly loadEarlier = (): Promise<void> => {
    this.#loadingEarlier ??= this.#loadPage().finally(() => {
      this.#loadingEarlier = null
    })
    return this.#loadingEarlier
  }

  readonly reopen = (): void => {
    if (this.#life.state !== 'ended') return
    this.#life = { state: 'resting', from: null }
    if (this.#subscribers > 0) this.#begin()
    this.#paintSoon()
  }

  readonly close = (): void => {
    this.#cancelLinger()
    this.#leaveOutbox()
    this.#leaveOutbox = () => {}
    this.#cancelPaint?.()
    this.#cancelPaint = null
    if (this.#life.state === 'opening') {
      this.#life.stop.abort()
      this.#life = { state: 'resting', from: null }
    } else if (this.#life.state === 'following') {
      this.#life.follow.stop()
      this.#life = { state: 'resting', from: this.#life.follow.lastEventId }
    }
    this.#options.onActive(false)
  }

  #begin(): void {
    if (this.#life.state !== 'resting') return
    this.#options.onActive(true)
    this.#leaveOutbox()
    this.#leaveOutbox = this.#options.outbox.onChange((sessionId) => {
      if (sessionId === this.sessionId) this.#paintSoon()
    })
    const { from } = this.#life
    if (from !== null) this.#follow(from)
    else void this.#open()
    this.#paintSoon()
  }

  /** The newest page first, then everything after it. */
  async #open(): Promise<void> {
    const { context, sessionId } = this.#options
    const stop = new AbortController()
    this.#life = { state: 'opening', stop }
    const signal = AbortSignal.any([stop.signal, context.signal])
    try {
      const page = await retrying(
        () => context.trpc.session.history.query({ sessionId, limit: pageSize }, { signal }),
        { ...context, signal, limitMs: Number.POSITIVE_INFINITY },
      )
      this.#transcript = new Transcript()
      this.#generation++
      this.#transcript.seed(page, page.lastEventId)
      this.#hasEarlier = page.hasMore
      this.#follow(page.lastEventId)
    } catch (cause) {
      if (signal.aborted) return
      this.#onEnd({ kind: 'failed', error: toClientError(cause) })
    }
    this.#paintSoon()
  }

  #follow(lastEventId: string): void {
    const follow = new Follow(this.#options.context, {
      sessionId: this.sessionId,
      lastEventId,
      onEvent: (event) => this.#onEvent(event),
      onEnd: (end) => this.#onEnd(end),
    })
    this.#life = { state: 'following', follow }
  }

  #onEvent(event: SessionEvent): void {
    if (event.type === 'reset') {
      this.#generation++
      // The whole log follows: there is nothing earlier to ask for.
      this.#hasEarlier = false
    }
    this.#transcript.apply(event)
    this.#options.onEvent(event)
    this.#paintSoon()
  }

  /** A session that was shown and is not found any more was deleted while nobody was connected. */
  #onEnd(end: FollowEnd): void {
    const deleted =
      this.#life.state === 'following' &&
      end.kind === 'failed' &&
      end.error.reason === 'SESSION_NOT_FOUND'
    this.#life = { state: 'ended', end: deleted ? { kind: 'gone' } : end }
    this.#paintSoon()
  }

  async #loadPage(): Promise<void> {
    const first = this.#transcript.items.find((item) => item.kind === 'message')
    if (!this.#hasEarlier || first?.kind !== 'message') return
    const { context, sessionId } = this.#options
    const generation = this.#generation
    const before = first.message.seq
    const page = await retrying(
      () => context.trpc.session.history.query({ sessionId, before, limit: pageSize }),
      { ...context, limitMs: 30_000 },
    )
    if (generation !== this.#generation) return
    this.#transcript.prepend(page)
    this.#hasEarlier = page.hasMore
    this.#paintSoon()
  }

  #paintSoon(): void {
    this.#cancelPaint ??= this.#options.schedule(() => {
      this.#cancelPaint = null
      const { sessionId, outbox } = this.#options
      const sources = { sessionId, outbox, transcript: this.#transcript }
      this.#snapshot = takeSnapshot(
        { ...sources, hasEarlier: this.#hasEarlier },
        this.#phase(),
        this.#snapshot,
      )
      this.#changed.emit()
    })
  }

  #phase(): Pick<SessionSnapshot, 'phase' | 'error'> {
    switch (this.#life.state) {
      case 'resting':
        return { phase: this.#life.from === null ? 'loading' : 'live' }
      case 'opening':
        return { phase: 'loading' }
      case 'following':
        return { phase: 'live' }
      case 'ended':
        return this.#life.end.kind === 'gone'
          ? { phase: 'gone' }
          : { phase: 'failed', error: this.#life.end.error }
    }
  }
}
