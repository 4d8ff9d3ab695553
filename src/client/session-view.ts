/**
 * One session as a page shows it: an external store of immutable snapshots, folded from the newest page
 * of its history and every event after it. Shared by all who watch the session: it follows from the
 * first subscriber on, and a little longer than the last one. Used by `session.view()` and the hooks.
 */
import type { SessionEvent } from '../core/events.ts'
import { Transcript, type TranscriptItem } from '../core/folds/transcript.ts'
import type { Message } from '../core/messages.ts'
import { type AgentClientError, toClientError } from './errors.ts'
import { Follow, type FollowContext, type FollowEnd } from './follow.ts'
import type { Scheduler } from './frame-scheduler.ts'
import { Emitter, type Observable } from './observable.ts'
import type { Outbox } from './outbox.ts'
import type { OutboxItem, OutgoingMessage } from './outbox-item.ts'
import type { QueueChange } from './outbox-queue-change.ts'
import { type QueuedTurn, queuedTurns } from './queued-turns.ts'
import { retrying } from './retrying.ts'

export interface SessionSnapshot {
  phase:
    | 'loading'
    | 'live'
    /** The session was deleted. What was there stays readable. */
    | 'gone'
    /** It cannot be shown; `error` says why. */
    | 'failed'
  /** In the order of the conversation. An item that did not change is the same object. */
  items: readonly TranscriptItem[]
  /** Queries that the server has and that wait, in the order in which they will run. */
  waiting: readonly Message[]
  /**
   * All turns that wait, new answers too, in the order in which they will run; with what was asked for
   * here (edits, withdrawals) and is still on its way.
   */
  queue: readonly QueuedTurn[]
  /** Messages written here that are not in the log yet. */
  outgoing: readonly OutgoingMessage[]
  /** The answer that is being made. */
  running: Message | null
  /** Whether `loadEarlier` would bring more. */
  hasEarlier: boolean
  error?: AgentClientError
}

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

/** What a view shows before anything came, and on a server. */
export const loadingSnapshot: SessionSnapshot = Object.freeze({
  phase: 'loading',
  items: [],
  waiting: [],
  queue: [],
  outgoing: [],
  running: null,
  hasEarlier: false,
})

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
      this.#snapshot = this.#take()
      this.#changed.emit()
    })
  }

  #take(): SessionSnapshot {
    const { queue, waiting } = this.#transcript
    const running = queue.running ? (this.#transcript.find(queue.running.answerId) ?? null) : null
    return {
      ...this.#phase(),
      items: sameOr(this.#snapshot.items, [...this.#transcript.items]),
      waiting: sameOr(this.#snapshot.waiting, waiting),
      queue: sameOr(this.#snapshot.queue, this.#queue()),
      outgoing: this.#outgoing(),
      running,
      hasEarlier: this.#hasEarlier,
    }
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

  #queue(): readonly QueuedTurn[] {
    const { outbox } = this.#options
    const shown: string[] = []
    const changes: QueueChange[] = []
    for (const { item, change } of outbox.queueChanges(this.sessionId)) {
      if (this.#hasArrived(item)) shown.push(item.entry.id)
      else changes.push(change)
    }
    if (shown.length > 0) outbox.shown(shown)
    const { queue, lastSeq } = this.#transcript
    const find = (messageId: string) => this.#transcript.find(messageId)
    return queuedTurns({ queue, lastSeq, find }, changes, this.#snapshot.queue)
  }

  #hasArrived({ now }: OutboxItem): boolean {
    return now.state === 'sent' && now.seq <= this.#transcript.lastSeq
  }

  /** A message goes from here to the transcript in one step: no frame shows it twice, or not at all. */
  #outgoing(): OutgoingMessage[] {
    const { outbox } = this.#options
    const shown: string[] = []
    const outgoing: OutgoingMessage[] = []
    for (const { item, message } of outbox.outgoing(this.sessionId)) {
      if (this.#hasArrived(item)) shown.push(message.id)
      else if (!this.#transcript.find(message.id)) outgoing.push(message)
    }
    if (shown.length > 0) outbox.shown(shown)
    return outgoing
  }
}

/** The list that was, where nothing in it changed: who compares by identity does no work. */
function sameOr<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const same = before.length === now.length && now.every((item, place) => item === before[place])
  return same ? before : now
}
