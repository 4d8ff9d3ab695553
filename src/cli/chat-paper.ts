/**
 * A conversation as it is printed: a fold of the session's events into lines that are never taken back. What is
 * printed of the running answer is known by its offsets, so a replay prints nothing twice. Used by `chat`.
 */
import type { Message, SessionEvent } from '../client/index.ts'
import { type Paint, plainText } from './plain-text.ts'

export interface PaperOptions {
  write(text: string): void
  paint: Paint
  agentName: string
  /** Whether this program asked it: then it stands there already. */
  isOwn(queryId: string): boolean
}

type Running = { messageId: string; text: string } | null

const endings: Readonly<Record<string, string>> = {
  length: 'cut: it reached MAX_TOKENS',
  content_filter: 'cut: the model filtered it',
  cancelled: 'stopped',
  interrupted: 'cut: the server ended in the middle of it',
}

export class ChatPaper {
  readonly #options: PaperOptions
  #running: Running = null
  #ended = new Set<string>()
  #waiting = new Map<string, () => void>()
  #lastQuery: string | null = null

  constructor(options: PaperOptions) {
    this.#options = options
  }

  get isAnswering(): boolean {
    return this.#running !== null
  }

  /** Of the last question in the log. */
  get lastQuery(): string | null {
    return this.#lastQuery
  }

  /** Resolves when the next answer to that question, or one that ended since `forget`, is over. */
  ended(queryId: string): Promise<void> {
    if (this.#ended.has(queryId)) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.set(queryId, resolve))
  }

  /** It is to be answered anew. */
  forget(queryId: string): void {
    this.#ended.delete(queryId)
  }

  /** What was said before one came. */
  remember(messages: readonly Message[]): void {
    for (const { messageId, role, content, state, replyTo } of messages) {
      if (role === 'user') {
        this.#lastQuery = messageId
        this.#line(`${this.#options.paint.bold('You:')} ${plainText(content)}`)
        continue
      }
      this.#begin(messageId, content)
      const isOver = ['done', 'cancelled', 'interrupted', 'failed'].includes(state)
      if (isOver) this.#end(replyTo ?? '', null)
    }
  }

  take(event: SessionEvent): void {
    switch (event.type) {
      case 'query':
        if (event.state === 'withdrawn') this.#settle(event.messageId)
        if (event.state !== 'queued') return
        this.#lastQuery = event.messageId
        if (this.#options.isOwn(event.messageId)) return
        return this.#note(`You, elsewhere: ${event.content}`)
      case 'delta':
        if (this.#running?.messageId !== event.messageId) this.#begin(event.messageId, '')
        return this.#become((was) => was.slice(0, event.offset) + event.content)
      case 'response':
        if (this.#running?.messageId !== event.messageId) this.#begin(event.messageId, '')
        this.#become(() => event.content)
        return this.#end(event.replyTo, endings[event.finishReason] ?? null)
      case 'error':
        return this.#end(event.messageId ?? '', `${event.content} (${event.code})`)
      case 'notification':
        return this.#note(`[${event.level}] ${event.content}`)
      default:
        return
    }
  }

  #begin(messageId: string, text: string): void {
    this.#finishLine()
    this.#running = { messageId, text }
    const name = plainText(this.#options.agentName)
    this.#options.write(`${this.#options.paint.bold(`${name}:`)} ${plainText(text)}`)
  }

  #become(next: (was: string) => string): void {
    const running = this.#running
    if (!running) return
    const text = next(running.text)
    if (text.startsWith(running.text)) {
      this.#options.write(plainText(text.slice(running.text.length)))
      this.#running = { ...running, text }
    } else if (!running.text.startsWith(text)) {
      this.#finishLine()
      this.#line(this.#options.paint.dim('(it begins anew)'))
      this.#begin(running.messageId, text)
    }
    // A beginning of what stands there: another attempt that says the same so far.
  }

  #end(queryId: string, why: string | null): void {
    this.#finishLine()
    if (why !== null) this.#line(this.#options.paint.dim(`(${plainText(why)})`))
    this.#settle(queryId)
  }

  #settle(queryId: string): void {
    this.#ended.add(queryId)
    this.#waiting.get(queryId)?.()
    this.#waiting.delete(queryId)
  }

  #note(text: string): void {
    const running = this.#running
    this.#finishLine()
    this.#line(this.#options.paint.dim(plainText(text)))
    if (running) this.#begin(running.messageId, running.text)
  }

  #finishLine(): void {
    if (!this.#running) return
    this.#running = null
    this.#options.write('\n')
  }

  #line(text: string): void {
    this.#options.write(`${text}\n`)
  }
}
