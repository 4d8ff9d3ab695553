/** One answer as it goes over the wire, and what keeps the pace of all of them. */
import type { ServerResponse } from 'node:http'
import { nowUs } from '../clock.ts'
import { fillerOf, stampOf, tokenOf } from '../token.ts'

/** Sends the answers that it is given, each in its time. */
export interface Pace {
  /** Begins an answer; call the result when the connection is gone. */
  add(response: ServerResponse): () => void
  close(): void
}

export interface AnswerPlan {
  tokens: number
  tokenChars: number
}

const head =
  '"id":"gen-bench","provider":"Bench","model":"bench/model","object":"chat.completion.chunk","created":1700000000'
const before = `data: {${head},"choices":[{"index":0,"delta":{"role":"assistant","content":"`
const after = '"},"finish_reason":null}]}\n\n'
const last = `data: {${head},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop"}]}\n\n`

export class AnswerStream {
  readonly response: ServerResponse
  readonly #plan: AnswerPlan
  readonly #filler: string
  #sent = 0

  constructor(response: ServerResponse, plan: AnswerPlan) {
    this.response = response
    this.#plan = plan
    this.#filler = fillerOf(plan.tokenChars)
  }

  get done(): boolean {
    return this.#sent >= this.#plan.tokens
  }

  /** Sends so many tokens at once, and the end after the last one. False where the reader is behind. */
  send(count: number): boolean {
    const stamp = stampOf(nowUs())
    const upTo = Math.min(this.#plan.tokens, this.#sent + count)
    let chunk = ''
    while (this.#sent < upTo) {
      chunk += before + tokenOf(stamp, this.#sent, this.#filler) + after
      this.#sent++
    }
    const room = this.response.write(chunk, 'latin1')
    if (this.done) this.response.end(this.#ending(), 'latin1')
    return room
  }

  #ending(): string {
    const usage = `{"prompt_tokens":10,"completion_tokens":${this.#sent},"cost":0}`
    return `${last}data: {${head},"choices":[],"usage":${usage}}\n\ndata: [DONE]\n\n`
  }
}
