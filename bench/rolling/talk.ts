/**
 * One user in one session, through the client that everybody gets: asks, reads the answer to its end, and asks again.
 * Keeps what a person would have noticed: how long an answer stood still, what failed, when the page said that it
 * is offline. Used by `main.ts`.
 */
import { WebSocket } from 'ws'
import { noHttp } from '../../integration/harness/guest.ts'
import { type AgentClient, createAgentClient } from '../../src/client/index.ts'
import type { SessionEvent } from '../../src/core/events.ts'

/** What one answer was like. */
export interface Heard {
  /** The longest time between two pieces of it, its end included. */
  silenceMs: number
  /** From the question to the first piece. */
  firstMs: number
  attempts: number
}

export interface Noticed {
  answers: Heard[]
  asked: number
  /** Everything that should not have been, in words. */
  errors: string[]
  /** Times that a page would have said that it is offline. */
  offline: number
}

interface TalkOptions {
  wsUrl: string
  token: string
  text: string
}

export class Talk implements AsyncDisposable {
  readonly noticed: Noticed = { answers: [], asked: 0, errors: [], offline: 0 }
  readonly #client: AgentClient
  readonly #text: string
  readonly #leaving = new AbortController()
  #last = 0
  #answer: Answer | null = null
  #asksOn = true
  #askedAtMs = 0
  #end = Promise.withResolvers<void>()

  constructor({ wsUrl, token, text }: TalkOptions) {
    this.#text = text
    this.#client = createAgentClient({
      url: wsUrl,
      token: () => token,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      fetch: noHttp,
    })
  }

  /** Resolves when the first answer has begun. */
  async begin(): Promise<void> {
    const session = await this.#client.sessions.create()
    this.#client.connection.subscribe(() => {
      if (this.#client.connection.getSnapshot().state === 'offline') this.noticed.offline++
    })
    const begun = Promise.withResolvers<void>()
    const read = async () => {
      for await (const event of session.events({ signal: this.#leaving.signal })) {
        this.#look(event)
        if (event.type === 'delta') begun.resolve()
        if (event.type !== 'response' && event.type !== 'error') continue
        if (this.#asksOn) ask()
        else this.#end.resolve()
      }
    }
    const ask = () => {
      this.#askedAtMs = performance.now()
      const content = `Question ${++this.noticed.asked}`
      session.send(content).catch((cause: unknown) => this.#wrong(`a question: ${cause}`))
    }
    read().then(
      () => {
        if (!this.#leaving.signal.aborted) this.#wrong('the events ended')
      },
      (cause: unknown) => this.#wrong(`the events ended: ${cause}`),
    )
    ask()
    await begun.promise
  }

  /** Asks no more; resolves when the last answer has ended. */
  async finish(): Promise<void> {
    this.#asksOn = false
    await this.#end.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort()
    await this.#client.close()
  }

  #look(event: SessionEvent): void {
    const nowMs = performance.now()
    if (event.type === 'reset') return this.#wrong('told to forget all')
    if (event.seq <= this.#last) this.#wrong(`${event.type} ${event.seq} after ${this.#last}`)
    this.#last = Math.max(this.#last, event.seq)
    switch (event.type) {
      case 'delta': {
        if (this.#answer?.id !== event.messageId) {
          const firstMs = nowMs - this.#askedAtMs
          this.#answer = { id: event.messageId, text: '', lastMs: nowMs, silenceMs: 0, firstMs }
        }
        const answer = this.#answer
        if (event.offset > answer.text.length) this.#wrong(`a hole before delta ${event.seq}`)
        answer.text = answer.text.slice(0, event.offset) + event.content
        answer.silenceMs = Math.max(answer.silenceMs, nowMs - answer.lastMs)
        answer.lastMs = nowMs
        return
      }
      case 'response': {
        if (event.finishReason !== 'stop') this.#wrong(`an answer ended with ${event.finishReason}`)
        else if (event.content !== this.#text) this.#wrong('an answer has another text')
        const { silenceMs = 0, lastMs = nowMs, firstMs = 0 } = this.#answer ?? {}
        this.noticed.answers.push({
          silenceMs: Math.max(silenceMs, nowMs - lastMs),
          firstMs,
          attempts: event.attempt,
        })
        this.#answer = null
        return
      }
      case 'error':
        return this.#wrong(`an answer failed with ${event.code}`)
    }
  }

  #wrong(what: string): void {
    this.noticed.errors.push(what)
  }
}

interface Answer {
  id: string
  text: string
  lastMs: number
  silenceMs: number
  firstMs: number
}
