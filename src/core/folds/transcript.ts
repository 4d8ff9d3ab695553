/**
 * The transcript, a fold of the log: messages as people read them, and the notices between them.
 * The same code runs in the server (history, prompt, export) and in the client (the page).
 *
 * Items are immutable: one that changes is replaced, so a reader compares by identity. Applying an
 * event twice, or a delta that overlaps one already applied, changes nothing: numbers and offsets rule.
 */
import { parseCursor } from '../cursor.ts'
import type {
  CommandEvent,
  DeltaEvent,
  ErrorEvent,
  LogEvent,
  NotificationEvent,
  QueryEvent,
  ResponseEvent,
  SessionEvent,
  StatusEvent,
} from '../events.ts'
import type { Message, MessageState } from '../messages.ts'
import { TurnQueue } from './turn-queue.ts'

/** What stands between messages: a notification, a failure outside a turn, a command that people should see. */
export type Notice = NotificationEvent | ErrorEvent | CommandEvent

export type TranscriptItem =
  | { kind: 'message'; key: string; message: Message }
  | { kind: 'notice'; key: string; notice: Notice }

/** A stretch of a transcript, oldest first: what `session.history` answers. */
export interface TranscriptPage {
  messages: Message[]
  /** Notices of the same stretch; `after` is the message that one follows, null at the beginning. */
  notices: { after: string | null; notice: Notice }[]
  hasMore: boolean
}

/** Commands that leave a line in the conversation. The others show by what they do. */
const visibleCommands: ReadonlySet<string> = new Set(['clear', 'model'])

export class Transcript {
  /** In the order in which the conversation ran. Waiting queries are in `waiting`. */
  items: TranscriptItem[] = []
  readonly queue = new TurnQueue()
  /** Of the last event applied; 0 before the first. */
  lastSeq = 0
  lastEventId: string | null = null
  /** Number of the last `clear`: what came before it is not sent to the model. */
  clearedSeq = 0
  #queries = new Map<string, Message>()
  #places = new Map<string, number>()

  /** Queries that wait for their turn, in the order in which they will run. */
  get waiting(): Message[] {
    return this.queue.waiting.flatMap((turn) => {
      const message = turn.kind === 'query' ? this.#queries.get(turn.queryId) : undefined
      return message ? [message] : []
    })
  }

  /** A message by its id, wherever it stands. */
  find(messageId: string): Message | undefined {
    const place = this.#places.get(messageId)
    const item = place === undefined ? undefined : this.items[place]
    return item?.kind === 'message' ? item.message : this.#queries.get(messageId)
  }

  /**
   * The last `limit` messages before the one whose `seq` is `before` (or the newest, with the queries
   * that wait), and the notices that follow them. The newest page has all queries that wait, and the
   * last message besides, however small the limit: a running answer's deltas must find it.
   */
  page({ before, limit }: { before?: number | undefined; limit: number }): TranscriptPage {
    let end = this.items.length
    if (before !== undefined) {
      const exact = this.items.findIndex(
        (item) => item.kind === 'message' && item.message.seq === before,
      )
      const later = this.items.findIndex((item) => seqOf(item) >= before)
      end = exact !== -1 ? exact : later !== -1 ? later : end
    }
    const waiting = before === undefined ? this.waiting : []
    let start = end
    for (let left = Math.max(1, limit - waiting.length); start > 0; start--) {
      const item = this.items[start - 1]
      if (item?.kind === 'message' && left-- <= 0) break
    }
    // Notices belong to the message that they follow, which is on the page before.
    while (start > 0 && start < end && this.items[start]?.kind === 'notice') start++
    const page: TranscriptPage = {
      messages: [],
      notices: [],
      hasMore: this.items.slice(0, start).some((item) => item.kind === 'message'),
    }
    let after: string | null = null
    for (const item of this.items.slice(start, end)) {
      if (item.kind === 'message') {
        page.messages.push(item.message)
        after = item.key
      } else {
        page.notices.push({ after, notice: item.notice })
      }
    }
    page.messages.push(...waiting)
    return page
  }

  /** Begins with the newest page of a history instead of with the first event. */
  seed(page: TranscriptPage, lastEventId: string): void {
    this.#reset(lastEventId)
    this.lastSeq = parseCursor(lastEventId)?.seq ?? 0
    for (const message of page.messages) {
      const { messageId: queryId, seq, state, priority = 'normal' } = message
      if (state === 'queued' || state === 'held') {
        const turn = { queryId, kind: 'query', priority, seq, held: state === 'held' } as const
        this.queue.waiting = [...this.queue.waiting, turn]
        this.#queries.set(queryId, message)
      } else if (message.replyTo && isRunning(message)) {
        const { replyTo, attempt = 1 } = message
        this.queue.running = { queryId: replyTo, answerId: queryId, attempt, cancelled: false }
      }
    }
    this.prepend(page)
  }

  /** Puts an older page before what is there. */
  prepend(page: TranscriptPage): void {
    const older: TranscriptItem[] = []
    const noticesAfter = (id: string | null) => {
      for (const { after, notice } of page.notices) {
        if (after === id) older.push({ kind: 'notice', key: notice.id, notice })
      }
    }
    noticesAfter(null)
    for (const message of page.messages) {
      if (message.state === 'queued' || message.state === 'held') continue
      older.push({ kind: 'message', key: message.messageId, message })
      if (message.role === 'user') this.#queries.set(message.messageId, message)
      noticesAfter(message.messageId)
    }
    this.items = [...older, ...this.items]
    this.#places.clear()
    for (const [place, item] of this.items.entries()) {
      if (item.kind === 'message') this.#places.set(item.key, place)
    }
  }

  apply(event: SessionEvent): void {
    if (event.type === 'reset') return this.#reset(event.id)
    if (event.seq <= this.lastSeq) return
    this.lastSeq = event.seq
    this.lastEventId = event.id
    if (event.type !== 'delta') this.queue.apply(event)
    this.#applyLogged(event)
  }

  #applyLogged(event: LogEvent): void {
    switch (event.type) {
      case 'query':
        return this.#applyQuery(event)
      case 'status':
        return this.#applyStatus(event)
      case 'delta':
        return this.#applyDelta(event)
      case 'response':
        return this.#applyResponse(event)
      case 'error':
        return this.#applyError(event)
      case 'notification':
        return this.#addNotice(event)
      case 'command':
        if (event.name === 'clear') this.clearedSeq = event.seq
        if (visibleCommands.has(event.name)) this.#addNotice(event)
        return
      case 'feedback': {
        const message = this.find(event.messageId)
        if (message) this.#put({ ...message, rating: event.rating })
        return
      }
    }
  }

  #applyQuery(event: QueryEvent): void {
    const { messageId } = event
    const known = this.#queries.get(messageId)
    switch (event.state) {
      case 'queued':
        this.#queries.set(messageId, {
          messageId,
          role: 'user',
          content: event.content,
          timestamp: event.timestamp,
          seq: event.seq,
          state: 'queued',
          priority: event.priority,
        })
        return
      case 'edited':
        if (known) this.#put({ ...known, content: event.content, priority: event.priority })
        return
      case 'held':
      case 'released':
        if (known) this.#put({ ...known, state: event.state === 'held' ? 'held' : 'queued' })
        return
      case 'withdrawn':
        this.#queries.delete(messageId)
        return
    }
  }

  #applyStatus(event: StatusEvent): void {
    const { messageId: queryId, answerId, state, attempt = 1 } = event
    if (!queryId || !answerId) return
    if (state === 'thinking') {
      const query = this.#queries.get(queryId)
      if (query) this.#put({ ...query, state: 'running' }, 'place')
      this.#put(
        {
          messageId: answerId,
          role: 'assistant',
          content: '',
          timestamp: event.timestamp,
          seq: event.seq,
          state,
          replyTo: queryId,
          attempt,
        },
        'place',
      )
    } else if (
      state === 'streaming' ||
      state === 'retrying' ||
      state === 'restarting' ||
      state === 'continuing'
    ) {
      const answer = this.find(answerId)
      if (answer) this.#put({ ...answer, state, attempt })
    }
  }

  #applyDelta(event: DeltaEvent): void {
    const answer = this.find(event.messageId)
    if (!answer || event.attempt < (answer.attempt ?? 1)) return
    const before =
      event.offset === answer.content.length
        ? answer.content
        : answer.content.slice(0, event.offset)
    this.#put({
      ...answer,
      content: before + event.content,
      attempt: event.attempt,
      state: 'streaming',
    })
  }

  #applyResponse(event: ResponseEvent): void {
    const answer = this.find(event.messageId)
    const base: Message = answer ?? {
      messageId: event.messageId,
      role: 'assistant',
      content: '',
      timestamp: event.timestamp,
      seq: event.seq,
      state: 'done',
      replyTo: event.replyTo,
    }
    this.#put(
      {
        ...base,
        content: event.content,
        attempt: event.attempt,
        model: event.model,
        finishReason: event.finishReason,
        state: endState(event),
        ...(event.usage && { usage: event.usage }),
      },
      'place',
    )
    this.#endQuery(event.replyTo)
  }

  #applyError(event: ErrorEvent): void {
    const answer = event.answerId ? this.find(event.answerId) : undefined
    if (!answer) return this.#addNotice(event)
    this.#put({
      ...answer,
      state: 'failed',
      failure: {
        code: event.code,
        content: event.content,
        retryable: event.retryable,
        ...(event.retryAfterMs !== undefined && { retryAfterMs: event.retryAfterMs }),
      },
    })
    if (event.messageId) this.#endQuery(event.messageId)
  }

  #endQuery(queryId: string): void {
    const query = this.find(queryId)
    if (query) this.#put({ ...query, state: 'done' })
  }

  #addNotice(notice: Notice): void {
    this.items.push({ kind: 'notice', key: notice.id, notice })
  }

  /** Replaces a message where it stands; with `place`, one that stands nowhere yet goes to the end. */
  #put(message: Message, where: 'keep' | 'place' = 'keep'): void {
    const { messageId } = message
    if (message.role === 'user') this.#queries.set(messageId, message)
    const place = this.#places.get(messageId)
    if (place !== undefined) {
      this.items[place] = { kind: 'message', key: messageId, message }
    } else if (where === 'place') {
      this.#places.set(messageId, this.items.length)
      this.items.push({ kind: 'message', key: messageId, message })
    }
  }

  #reset(eventId: string): void {
    this.items = []
    this.queue.waiting = []
    this.queue.running = null
    this.lastSeq = 0
    this.lastEventId = eventId
    this.clearedSeq = 0
    this.#queries.clear()
    this.#places.clear()
  }
}

const runningStates: ReadonlySet<MessageState> = new Set([
  'thinking',
  'streaming',
  'retrying',
  'restarting',
  'continuing',
])

/** Whether an answer is still being made. */
export function isRunning(message: Message): boolean {
  return message.role === 'assistant' && runningStates.has(message.state)
}

function seqOf(item: TranscriptItem): number {
  return item.kind === 'message' ? item.message.seq : item.notice.seq
}

function endState(event: ResponseEvent): MessageState {
  if (event.finishReason === 'cancelled') return 'cancelled'
  return event.finishReason === 'interrupted' ? 'interrupted' : 'done'
}
