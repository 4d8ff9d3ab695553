/**
 * The transcript, a fold of the log: messages as people read them, and the notices between them.
 * The same code runs in the server (history, prompt, export) and in the client (the page).
 *
 * Applying an event twice, or a delta that overlaps one already applied, changes nothing: numbers and offsets
 * rule. What stands where is in `transcript-items.ts`.
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
import { TranscriptItems } from './transcript-items.ts'
import { pageOf, type TranscriptItem, type TranscriptPage } from './transcript-page.ts'
import { TurnQueue } from './turn-queue.ts'

export type { Notice, TranscriptItem, TranscriptPage } from './transcript-page.ts'

/** Commands that leave a line in the conversation. The others show by what they do. */
const visibleCommands: ReadonlySet<string> = new Set(['clear', 'model'])

const resumptions: Partial<Record<MessageState, 'restarted' | 'continued'>> = {
  restarting: 'restarted',
  continuing: 'continued',
}

export class Transcript {
  readonly queue = new TurnQueue()
  /** Of the last event applied; 0 before the first. */
  lastSeq = 0
  lastEventId: string | null = null
  /** Number of the last `clear`: what came before it is not sent to the model. */
  clearedSeq = 0
  #all = new TranscriptItems()

  /** In the order in which the conversation ran. Waiting queries are in `waiting`. */
  get items(): TranscriptItem[] {
    return this.#all.list
  }

  /** Queries that wait for their turn, in the order in which they will run. */
  get waiting(): Message[] {
    return this.queue.waiting.flatMap((turn) => {
      const message = turn.kind === 'query' ? this.#all.query(turn.queryId) : undefined
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
    return this.#all.find(messageId)
  }

  /** All answers to a query that are here, in the order in which they were made. */
  answersTo(queryId: string): Message[] {
    return this.#all.answersTo(queryId)
  }

  /** The answer that counts: the one that was chosen, else the newest with text that did not fail. */
  chosenAnswer(queryId: string): Message | undefined {
    return this.#all.chosenAnswer(queryId)
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
        this.#all.put(message)
      }
    }
    this.prepend(page)
  }

  /** Puts an older page before what is there. What was learned since the page was made, holds. */
  prepend(page: TranscriptPage): void {
    this.#all.prepend(page)
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
        return this.#all.addNotice(event)
      case 'command':
        return this.#applyCommand(event)
      case 'feedback': {
        const message = this.find(event.messageId)
        if (!message) return
        const { comment: _before, ...rest } = message
        const { rating, comment } = event
        this.#all.put({ ...rest, rating, ...(comment && { comment }) })
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
    const known = this.#all.query(messageId)
    switch (event.state) {
      case 'queued': {
        const { content, timestamp, seq, priority, replaces } = event
        const said = { messageId, role: 'user', content, timestamp, seq, priority } as const
        this.#all.put({ ...said, state: 'queued', ...(replaces && { replaces }) })
        return
      }
      case 'edited':
        if (known) this.#all.put({ ...known, content: event.content, priority: event.priority })
        return
      case 'held':
      case 'released':
        if (known) this.#all.put({ ...known, state: event.state === 'held' ? 'held' : 'queued' })
        return
      case 'withdrawn':
        this.#all.forgetQuery(messageId)
        return
    }
  }

  #applyStatus(event: StatusEvent): void {
    const { messageId: queryId, answerId, state, attempt = 1 } = event
    if (!queryId || !answerId) return
    if (event.reasoning) return this.#applyReasoning(answerId, event)
    if (state === 'thinking') {
      const query = this.#all.query(queryId)
      if (query) this.#all.place({ ...query, state: 'running' })
      const { timestamp, seq } = event
      const begun = { messageId: answerId, role: 'assistant', content: '', timestamp, seq } as const
      this.#all.place({ ...begun, state, replyTo: queryId, attempt })
      if (query) this.#all.markReplaced(query)
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
      this.#all.put(state === 'restarting' ? withoutReasoning(now) : now)
    }
  }

  /** By attempt and offset, as deltas are. */
  #applyReasoning(answerId: string, { reasoning, attempt = 1, timestamp }: StatusEvent): void {
    const answer = this.find(answerId)
    if (!answer || !reasoning || attempt < (answer.attempt ?? 1)) return
    const before = answer.reasoning?.slice(0, reasoning.offset) ?? ''
    const reasoningMs = Math.max(0, Date.parse(timestamp) - Date.parse(answer.timestamp)) || 0
    this.#all.put({ ...answer, reasoning: before + reasoning.text, reasoningMs })
  }

  #applyDelta(event: DeltaEvent): void {
    const answer = this.find(event.messageId)
    if (!answer || event.attempt < (answer.attempt ?? 1)) return
    const before =
      event.offset === answer.content.length
        ? answer.content
        : answer.content.slice(0, event.offset)
    this.#all.put({
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
    this.#all.place({ ...base, ...end, ...(event.usage && { usage: event.usage }) })
    this.#endQuery(replyTo)
    if (content !== '') this.#all.choose(replyTo, messageId)
  }

  #applyError(event: ErrorEvent): void {
    const answer = event.answerId ? this.find(event.answerId) : undefined
    if (!answer) return this.#all.addNotice(event)
    this.#all.put({
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
    if (visibleCommands.has(event.name)) this.#all.addNotice(event)
    const { messageId, replyTo } = event.args ?? {}
    if (event.name === 'choose' && typeof messageId === 'string' && typeof replyTo === 'string') {
      this.#all.choose(replyTo, messageId)
    }
  }

  #endQuery(queryId: string): void {
    const query = this.find(queryId)
    if (query) this.#all.put({ ...query, state: 'done' })
  }

  #reset(eventId: string): void {
    this.#all.clear()
    this.queue.set({ waiting: [], running: null })
    this.lastSeq = 0
    this.lastEventId = eventId
    this.clearedSeq = 0
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
