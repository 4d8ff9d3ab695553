/**
 * Plays one answer to one client, by its plan: pace, holds, faults. It ends when the answer is out, when
 * the client goes, or when the plan breaks it off. Used by the simulator's server.
 */
import type { ServerResponse } from 'node:http'
import { assertNever } from '../../core/assert-never.ts'
import type { Fault, Pace, Plan } from './plan.ts'
import type { SimulatedRequest } from './simulated-request.ts'
import { slice } from './sliced.ts'
import type { Ticker } from './ticker.ts'
import type { Tokens } from './tokens.ts'
import { comment, done, type Frames, type WireUsage } from './wire.ts'

export interface PlayerInput {
  res: ServerResponse
  request: SimulatedRequest
  plan: Plan
  pace: Pace
  tokens: Tokens
  /** What the model thinks aloud before the first token, in pieces. */
  thoughts: readonly string[]
  frames: Frames
  usage: (completionTokens: number) => WireUsage | null
  ticker: Ticker
  /** From 0 to below 1: a model's pace is not even. */
  random: () => number
}

/** Tokens in one write where there is no pace. */
const burst = 64

/** Faults that happen at a place in the answer. */
type PlacedFault = Exclude<Fault, { kind: 'status' | 'no-end' }>

export class Player {
  readonly #input: PlayerInput
  readonly #fault: { at: number; fault: PlacedFault } | null
  #faultPending: boolean
  #nextAtMs = 0
  #cancel: () => void = () => undefined

  constructor(input: PlayerInput) {
    const { plan, tokens } = input
    this.#input = input
    this.#fault = placed(plan.fault, tokens.length)
    this.#faultPending = this.#fault !== null
  }

  start(): void {
    const { res, request, plan, frames, pace, ticker } = this.#input
    res.once('close', () => this.#cancel())
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache',
    })
    request.enter('streaming')
    const comments = plan.comments ?? 1
    if (comments > 0) this.#write(comment.repeat(comments))
    else res.flushHeaders()
    this.#nextAtMs = ticker.now() + pace.firstTokenMs
    request.due(this.#nextAtMs)
    this.#later(this.#nextAtMs, () => {
      this.#write(frames.role())
      for (let index = 0; index < (plan.reasoning ?? 0); index++) {
        this.#write(frames.reasoning('Hmm. '))
      }
      this.#think(0)
    })
  }

  /** At the pace of the answer: one sees it come. */
  #think(place: number): void {
    const { frames, thoughts, pace, request } = this.#input
    const thought = thoughts[place]
    if (thought === undefined) {
      this.#go()
      return
    }
    this.#write(frames.reasoning(thought))
    if (pace.tokensPerSecond > 0) this.#nextAtMs += 1000 / pace.tokensPerSecond
    request.due(this.#nextAtMs)
    this.#later(this.#nextAtMs, () => this.#think(place + 1))
  }

  #later(atMs: number, run: () => void): void {
    const { ticker, pace } = this.#input
    if (atMs <= ticker.now() && pace.tokensPerSecond === 0) run()
    else this.#cancel = ticker.at(atMs, run)
  }

  /** Sends what is due, then comes back when more is. */
  readonly #go = (): void => {
    const { request, tokens, pace, ticker, random } = this.#input
    while (!request.over) {
      const sent = request.tokensSent
      if (this.#faultPending && this.#fault?.at === sent) {
        this.#faultPending = false
        if (this.#break(this.#fault.fault)) return
      }
      if (request.mustHold(this.#goOn)) return
      if (sent >= tokens.length) {
        this.#finish()
        return
      }
      if (pace.tokensPerSecond === 0) {
        this.#burst(sent)
        return
      }
      this.#write(this.#input.frames.token(tokens.at(sent)))
      request.sent(1)
      this.#nextAtMs += (1000 / pace.tokensPerSecond) * (0.6 + 0.8 * random())
      request.due(sent + 1 < tokens.length ? this.#nextAtMs : null)
      if (this.#nextAtMs > ticker.now()) {
        this.#cancel = ticker.at(this.#nextAtMs, this.#go)
        return
      }
    }
  }

  readonly #goOn = (): void => {
    this.#nextAtMs = this.#input.ticker.now()
    this.#go()
  }

  /** Many tokens at once, up to what stops them, and more when the client has read. */
  #burst(sent: number): void {
    const { request, tokens, frames, res } = this.#input
    request.due(null)
    const faultAt = this.#faultPending && this.#fault ? this.#fault.at : tokens.length
    const until = Math.min(sent + burst, tokens.length, faultAt, sent + request.room)
    let text = ''
    for (let index = sent; index < until; index++) text += frames.token(tokens.at(index))
    const roomy = this.#write(text)
    request.sent(until - sent)
    if (roomy) {
      // Other streams get their turn.
      const immediate = setImmediate(this.#go)
      this.#cancel = () => clearImmediate(immediate)
    } else {
      res.once('drain', this.#go)
    }
  }

  #finish(): void {
    const { res, request, plan, frames } = this.#input
    const { finishReason = 'stop' } = plan
    if (finishReason !== null) this.#write(frames.finish(finishReason))
    const usage = this.#input.usage(request.tokensSent)
    if (usage) this.#write(frames.usage(usage))
    if (plan.fault?.kind === 'no-end') return
    this.#write(done)
    request.enter('ended')
    res.end()
  }

  /** True where the answer does not go on. */
  #break(fault: PlacedFault): boolean {
    const { res, request, frames } = this.#input
    switch (fault.kind) {
      case 'error-chunk': {
        const { code, message, metadata, choices } = fault
        this.#write(frames.error({ code, message, metadata }, choices))
        request.enter('ended')
        res.end()
        return true
      }
      case 'reset':
        // What was written before is given time to leave: a reset takes back what is under way.
        res.write('', () => {
          request.enter('reset')
          res.socket?.resetAndDestroy()
        })
        return true
      case 'stall':
        return true
      case 'comments-only':
        this.#comments(fault.everyMs)
        return true
      case 'garbage':
        this.#write(`${fault.line}\n\n`.repeat(fault.lines))
        return false
      case 'truncate':
        request.enter('ended')
        res.end()
        return true
      default:
        return assertNever(fault)
    }
  }

  #comments(everyMs: number): void {
    const { ticker } = this.#input
    this.#write(comment)
    this.#cancel = ticker.at(ticker.now() + everyMs, () => this.#comments(everyMs))
  }

  #write(text: string): boolean {
    const { res, plan } = this.#input
    if (!plan.slices) return res.write(text)
    let roomy = true
    for (const piece of slice(Buffer.from(text), plan.slices)) roomy = res.write(piece)
    return roomy
  }
}

function placed(
  fault: Fault | undefined,
  length: number,
): { at: number; fault: PlacedFault } | null {
  if (!fault || fault.kind === 'status' || fault.kind === 'no-end') return null
  return { at: Math.min(fault.afterTokens ?? 0, length), fault }
}
