/**
 * The reading of one session into its transcript: the newest page of its history first, then every event after it,
 * and pages before it as they are asked for. It can rest, and goes on where it stood. Used by the session view.
 */
import type { SessionEvent } from '../core/events.ts'
import { Transcript } from '../core/folds/transcript.ts'
import { toClientError } from './errors.ts'
import { Follow, type FollowContext, type FollowEnd } from './follow.ts'
import { retrying } from './retrying.ts'
import type { SessionSnapshot } from './session-snapshot.ts'

interface ReadingOptions {
  context: FollowContext
  sessionId: string
  /** Every event as it comes, history not among them. */
  onEvent(event: SessionEvent): void
  /** What is shown of it changed. */
  onChange(): void
}

const pageSize = 50

type Life =
  /** Not followed. `from` is where to go on; null where nothing was read yet. */
  | { state: 'resting'; from: string | null }
  | { state: 'opening'; stop: AbortController }
  | { state: 'following'; follow: Follow }
  | { state: 'ended'; end: FollowEnd }

export class SessionReading {
  readonly #options: ReadingOptions
  #transcript = new Transcript()
  #life: Life = { state: 'resting', from: null }
  #hasEarlier = false
  #loadingEarlier: Promise<void> | null = null
  /** Grows with each reset: a page that was asked for before one is of another log. */
  #generation = 0

  constructor(options: ReadingOptions) {
    this.#options = options
  }

  get transcript(): Transcript {
    return this.#transcript
  }

  /** Whether there are messages before the first. */
  get hasEarlier(): boolean {
    return this.#hasEarlier
  }

  get phase(): Pick<SessionSnapshot, 'phase' | 'error'> {
    return phaseOf(this.#life)
  }

  get isResting(): boolean {
    return this.#life.state === 'resting'
  }

  /** Goes on, or begins. Nothing where it does not rest. */
  begin(): void {
    if (this.#life.state !== 'resting') return
    const { from } = this.#life
    if (from !== null) this.#follow(from)
    else void this.#open()
  }

  /** Stops now; what was read stays. */
  rest(): void {
    if (this.#life.state === 'opening') {
      this.#life.stop.abort()
      this.#life = { state: 'resting', from: null }
    } else if (this.#life.state === 'following') {
      this.#life.follow.stop()
      this.#life = { state: 'resting', from: this.#life.follow.lastEventId }
    }
  }

  /** After its end: rests as if nothing had been read. False where it has not ended. */
  forget(): boolean {
    if (this.#life.state !== 'ended') return false
    this.#life = { state: 'resting', from: null }
    return true
  }

  loadEarlier(): Promise<void> {
    this.#loadingEarlier ??= this.#loadPage().finally(() => {
      this.#loadingEarlier = null
    })
    return this.#loadingEarlier
  }

  async #open(): Promise<void> {
    const { context, sessionId, onChange } = this.#options
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
    onChange()
  }

  #follow(lastEventId: string): void {
    const { context, sessionId } = this.#options
    const follow = new Follow(context, {
      sessionId,
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
    this.#options.onChange()
  }

  /** A session that was shown and is not found any more was deleted while nobody was connected. */
  #onEnd(end: FollowEnd): void {
    const deleted =
      this.#life.state === 'following' &&
      end.kind === 'failed' &&
      end.error.reason === 'SESSION_NOT_FOUND'
    this.#life = { state: 'ended', end: deleted ? { kind: 'gone' } : end }
    this.#options.onChange()
  }

  async #loadPage(): Promise<void> {
    const first = this.#transcript.items.find((item) => item.kind === 'message')
    if (!this.#hasEarlier || first?.kind !== 'message') return
    const { context, sessionId, onChange } = this.#options
    const generation = this.#generation
    const before = first.message.seq
    const page = await retrying(
      () => context.trpc.session.history.query({ sessionId, before, limit: pageSize }),
      { ...context, limitMs: 30_000 },
    )
    if (generation !== this.#generation) return
    this.#transcript.prepend(page)
    this.#hasEarlier = page.hasMore
    onChange()
  }
}

function phaseOf(life: Life): Pick<SessionSnapshot, 'phase' | 'error'> {
  switch (life.state) {
    case 'resting':
      return { phase: life.from === null ? 'loading' : 'live' }
    case 'opening':
      return { phase: 'loading' }
    case 'following':
      return { phase: 'live' }
    case 'ended':
      return life.end.kind === 'gone'
        ? { phase: 'gone' }
        : { phase: 'failed', error: life.end.error }
  }
}
