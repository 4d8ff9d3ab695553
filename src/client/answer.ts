/**
 * `session.ask()`: one question and its answer, as text that streams and an end that is awaited. It
 * follows the session's log from before the question, so a lost connection costs nothing.
 */
import type { FinishReason, SessionEvent, Usage } from '../core/events.ts'
import { AgentClientError } from './errors.ts'

/** How an answer ended. */
export interface AnswerEnd {
  /** Of the answer: what `feedback` takes. */
  messageId: string
  /** The whole of it. */
  content: string
  finishReason: FinishReason
  model: string
  usage?: Usage
}

/**
 * Iterate it for the text as it comes; await `done` for the end. Both may be left out, and the text may be
 * read late: it waits here. Where a crash of the server made the answer begin anew with other words, the
 * iteration gives the new text from its start; `done` has the one that counts.
 */
export interface Answer extends AsyncIterable<string> {
  /** Of the question. */
  readonly queryId: string
  /** Rejects with `AgentClientError` where the answer failed or the question was refused. */
  readonly done: Promise<AnswerEnd>
}

interface AskOptions {
  queryId: string
  /** Sends the question. Resolves when it is committed. */
  send(): Promise<unknown>
  /** The session's events, from before the question. */
  events(signal: AbortSignal): AsyncIterable<SessionEvent>
  /** Ends the reading; the answer itself goes on. */
  signal: AbortSignal | undefined
}

export function ask({ queryId, send, events, signal }: AskOptions): Answer {
  const text = new AnswerText()
  const leaving = new AbortController()
  const ended = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal
  const read = async (): Promise<AnswerEnd> => {
    for await (const event of events(ended)) {
      const end = text.take(event, queryId)
      if (end) return end
    }
    if (signal?.aborted) throw signal.reason
    throw new AgentClientError('SESSION_NOT_FOUND', { message: 'The session is gone.' })
  }
  const sent = send()
  // A question that is refused has no answer to wait for.
  const refused = new Promise<never>((_, reject) => sent.catch(reject))
  const done = Promise.race([read(), refused]).finally(() => leaving.abort())
  // Who only iterates has the error from there.
  done.then(
    () => text.end(null),
    (cause) => text.end(cause),
  )
  return { queryId, done, [Symbol.asyncIterator]: () => text.read() }
}

/** The text of one answer: written by events, read by anyone who iterates. */
class AnswerText {
  /** What readers are given. */
  #content = ''
  /** The text of this attempt: for a while after a restart a beginning of the other. */
  #current = ''
  #attempt = 1
  /** Grows when the text began anew with other words. */
  #version = 0
  #ended: { cause: unknown } | null = null
  #wake = new Set<() => void>()

  /** The end, once the event is it. Throws where the answer failed. */
  take(event: SessionEvent, queryId: string): AnswerEnd | null {
    if (event.type === 'delta' && event.replyTo === queryId) {
      if (event.attempt >= this.#attempt) {
        this.#attempt = event.attempt
        this.#set(this.#current.slice(0, event.offset) + event.content)
      }
    } else if (event.type === 'response' && event.replyTo === queryId) {
      const { messageId, content, finishReason, model, usage } = event
      this.#set(content)
      if (this.#content !== content) this.#begin(content)
      return { messageId, content, finishReason, model, ...(usage && { usage }) }
    } else if (event.type === 'error' && event.messageId === queryId) {
      const { code, content: message, retryable, retryAfterMs } = event
      throw new AgentClientError(code, { message, retryable, retryAfterMs })
    } else if (event.type === 'query' && event.messageId === queryId) {
      if (event.state === 'withdrawn') throw new AgentClientError('WITHDRAWN')
    }
    return null
  }

  end(cause: unknown): void {
    this.#ended = { cause }
    this.#wakeAll()
  }

  async *read(): AsyncGenerator<string, void, undefined> {
    let given = 0
    let version = this.#version
    for (;;) {
      if (version !== this.#version) {
        version = this.#version
        given = 0
      }
      if (given < this.#content.length) {
        const from = given
        given = this.#content.length
        yield this.#content.slice(from)
      } else if (this.#ended) {
        if (this.#ended.cause !== null) throw this.#ended.cause
        return
      } else {
        await new Promise<void>((resolve) => this.#wake.add(resolve))
      }
    }
  }

  /** Only once a new attempt says something else than the one before has the text begun anew. */
  #set(current: string): void {
    this.#current = current
    if (!current.startsWith(this.#content)) {
      if (!this.#content.startsWith(current)) this.#begin(current)
      return
    }
    this.#content = current
    this.#wakeAll()
  }

  #begin(content: string): void {
    this.#content = content
    this.#version++
    this.#wakeAll()
  }

  #wakeAll(): void {
    const waiting = this.#wake
    this.#wake = new Set()
    for (const wake of waiting) wake()
  }
}
