/**
 * The transcript, a fold of the log: messages as people read them, and the notices between them.
 * The same code runs in the server (history, prompt, export) and in the client (the page).
 *
 * Items are immutable: one that changes is replaced, so a reader compares by identity. Applying an
 * event twice, or a delta that overlaps one already applied, changes nothing: numbers and offsets rule.
 */
import { assertNever } from '../assert-never.ts'
import { parseCursor } from '../cursor.ts'
import type {
  CommandEvent,
  DeltaEvent,
  ErrorEvent,
  LogEvent,
  QueryEvent,
  ResponseEvent,
  SessionEvent,
  StatusEvent,
} from '../events.ts'
import type { Message, MessageState } from '../messages.ts'
import {
  itemsOf,
  type Notice,
  pageOf,
  type TranscriptItem,
  type TranscriptPage,
} from './transcript-page.ts'
import { TurnQueue } from './turn-queue.ts'

export type { Notice, TranscriptItem, TranscriptPage } from './transcript-page.ts'

/** Commands that leave a line in the conversation. The others show by what they do. */
const visibleCommands: ReadonlySet<string> = new Set(['clear', 'model'])

const resumptions: Partial<Record<MessageState, 'restarted' | 'continued'>> = {
  restarting: 'restarted',
  continuing: 'continued',
}

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
  /** Which answer counts, by query. It may stand on a page that is not loaded. */
  #chosen = new Map<string, string>()

  /** Queries that wait for their turn, in the order in which they will run. */
  get waiting(): Message[] {
    return this.queue.waiting.flatMap((turn) => {
      const message = turn.kind === 'query' ? this.#queries.get(turn.queryId) : undefined
      return message ? [message] : []
    })
  }

  /** How much text it keeps, in UTF-16 units. */
  get chars(): number {
    let sum = 0
    for (const item of this.items) {
      if (item.kind === 'notice') sum += item.notice.content.length
      else sum += item.message.content.length + (item.message.reasoning?.length ?? 0)
    }
    for (const message of this.waiting) sum += message.content.length
    return sum
  }

  /** A message by its id, wherever it stands. */
  find(messageId: string): Message | undefined {
    const place = this.#places.get(messageId)
    const item = place === undefined ? undefined : this.items[place]
    return item?.kind === 'message' ? item.message : this.#queries.get(messageId)
  }

  /** All answers to a query that are here, in the order in which they were made. */
  answersTo(queryId: string): Message[] {
    return this.items.flatMap((item) =>
      item.kind === 'message' && item.message.replyTo === queryId ? [item.message] : [],
    )
  }

  /** The answer that counts: the one that was chosen, else the newest with text that did not fail. */
  chosenAnswer(queryId: string): Message | undefined {
    return this.find(this.#chosen.get(queryId) ?? '')
  }

  page(range: { before?: number | undefined; limit: number }): TranscriptPage {
    return pageOf(this, range)
  }

  /** Begins with the newest page of a history instead of with the first event. */
  seed(page: TranscriptPage, lastEventId: string): void {
    this.#reset(lastEventId)
    this.lastSeq = parseCursor(lastEventId)?.seq ?? 0
    this.queue.set(page.queue ?? { waiting: [], running: null })
    for (const message of page.messages) {
      if (message.state === 'queued' || message.state === 'held') {
        this.#queries.set(message.messageId, message)
      }
    }
    this.prepend(page)
  }

  /** Puts an older page before what is there. What was learned since the page was made, holds. */
  prepend(page: TranscriptPage): void {
    this.items = [...itemsOf(page), ...this.items]
    this.#places.clear()
    for (const [place, item] of this.items.entries()) {
      if (item.kind !== 'message') continue
      this.#places.set(item.key, place)
      if (item.message.role === 'user') this.#queries.set(item.key, item.message)
    }
    for (const { messageId, role, replyTo, chosen } of page.messages) {
      if (role === 'user') continue
      if (chosen && replyTo && !this.#chosen.has(replyTo)) this.#chosen.set(replyTo, messageId)
      this.#mark(messageId)
    }
    for (const query of this.#queries.values()) this.#markReplaced(query)
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
        return this.#applyCommand(event)
      case 'feedback': {
        const message = this.find(event.messageId)
        if (!message) return
        const { comment: _before, ...rest } = message
        const { rating, comment } = event
        this.#put({ ...rest, rating, ...(comment && { comment }) })
        return
      }
      case 'unknown':
        return
      default:
        return assertNever(event)
    }
  }

  #applyQuery(event: QueryEvent): void {
    const { messageId } = event
    const known = this.#queries.get(messageId)
    switch (event.state) {
      case 'queued': {
        const { content, timestamp, seq, priority, replaces } = event
        const said = { messageId, role: 'user', content, timestamp, seq, priority } as const
        this.#queries.set(messageId, { ...said, state: 'queued', ...(replaces && { replaces }) })
        return
      }
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
    if (event.reasoning) return this.#applyReasoning(answerId, event)
    if (state === 'thinking') {
      const query = this.#queries.get(queryId)
      if (query) this.#put({ ...query, state: 'running' }, 'place')
      const { timestamp, seq } = event
      const begun = { messageId: answerId, role: 'assistant', content: '', timestamp, seq } as const
      this.#put({ ...begun, state, replyTo: queryId, attempt }, 'place')
      if (query) this.#markReplaced(query)
    } else if (
      state === 'streaming' ||
      state === 'retrying' ||
      state === 'restarting' ||
      state === 'continuing'
    ) {
      const answer = this.find(answerId)
      const resumed = resumptions[state]
      if (!answer) return
      const now = { ...answer, state, attempt, ...(resumed && { resumed }) }
      this.#put(state === 'restarting' ? withoutReasoning(now) : now)
    }
  }

  /** By attempt and offset, as deltas are. */
  #applyReasoning(answerId: string, { reasoning, attempt = 1, timestamp }: StatusEvent): void {
    const answer = this.find(answerId)
    if (!answer || !reasoning || attempt < (answer.attempt ?? 1)) return
    const before = answer.reasoning?.slice(0, reasoning.offset) ?? ''
    const reasoningMs = Math.max(0, Date.parse(timestamp) - Date.parse(answer.timestamp)) || 0
    this.#put({ ...answer, reasoning: before + reasoning.text, reasoningMs })
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
    const { messageId, replyTo, timestamp, seq, content, attempt, model, finishReason } = event
    const base: Message = this.find(messageId) ?? {
      messageId,
      role: 'assistant',
      content: '',
      timestamp,
      seq,
      state: 'done',
      replyTo,
    }
    const end = { content, attempt, model, finishReason, state: endState(event) }
    this.#put({ ...base, ...end, ...(event.usage && { usage: event.usage }) }, 'place')
    this.#endQuery(replyTo)
    if (content !== '') this.#choose(replyTo, messageId)
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

  #applyCommand(event: CommandEvent): void {
    if (event.name === 'clear') this.clearedSeq = event.seq
    if (visibleCommands.has(event.name)) this.#addNotice(event)
    const { messageId, replyTo } = event.args ?? {}
    if (event.name === 'choose' && typeof messageId === 'string' && typeof replyTo === 'string') {
      this.#choose(replyTo, messageId)
    }
  }

  #endQuery(queryId: string): void {
    const query = this.find(queryId)
    if (query) this.#put({ ...query, state: 'done' })
  }

  #choose(queryId: string, answerId: string): void {
    const before = this.#chosen.get(queryId)
    this.#chosen.set(queryId, answerId)
    if (before) this.#mark(before)
    this.#mark(answerId)
  }

  /** Makes an answer say whether it is the one that counts. */
  #mark(answerId: string): void {
    const answer = this.find(answerId)
    if (!answer?.replyTo) return
    const counts = this.#chosen.get(answer.replyTo) === answerId
    if (counts === (answer.chosen ?? false)) return
    const { chosen: _before, ...rest } = answer
    this.#put(counts ? { ...rest, chosen: true } : rest)
  }

  /**
   * A query that stands for another one runs: that one, and all that were asked after it, are marked. A
   * place that is not loaded is before all that are.
   */
  #markReplaced({ messageId, replaces }: Message): void {
    const end = this.#places.get(messageId)
    if (!replaces || end === undefined) return
    for (let place = this.#places.get(replaces) ?? 0; place < end; place++) {
      const item = this.items[place]
      if (item?.kind !== 'message') continue
      const { message } = item
      if (message.role === 'user' && !message.replacedBy) {
        this.#put({ ...message, replacedBy: messageId })
      }
    }
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
    this.queue.set({ waiting: [], running: null })
    this.lastSeq = 0
    this.lastEventId = eventId
    this.clearedSeq = 0
    this.#queries.clear()
    this.#places.clear()
    this.#chosen.clear()
  }
}

function withoutReasoning(message: Message): Message {
  const { reasoning: _text, reasoningMs: _ms, ...rest } = message
  return rest
}

function endState(event: ResponseEvent): MessageState {
  if (event.finishReason === 'cancelled') return 'cancelled'
  return event.finishReason === 'interrupted' ? 'interrupted' : 'done'
}
