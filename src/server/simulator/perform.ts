/** Answers one chat request by its plan: refused, whole, or streamed. Used by the simulator's server. */
import type { ServerResponse } from 'node:http'
import { composeAnswer } from './answers/answer.ts'
import { composeReasoning } from './answers/reasoning.ts'
import type { ChatRequest } from './chat.ts'
import type { Fault, Pace, Plan } from './plan.ts'
import { Player } from './player.ts'
import { createRandom, hashText } from './random.ts'
import type { SimulatedRequest } from './simulated-request.ts'
import type { Ticker } from './ticker.ts'
import { cutText, fillerTokens, listTokens, type Tokens } from './tokens.ts'
import { createFrames, errorBody, sendJson, type WireUsage, wholeAnswer } from './wire.ts'

/** Characters that count as a token of a prompt. */
const charsPerToken = 4

export interface PerformInput {
  res: ServerResponse
  request: SimulatedRequest
  plan: Plan
  pace: Pace
  seed: number
  ticker: Ticker
}

export function perform(input: PerformInput): void {
  const { res, request, plan } = input
  res.once('close', () => {
    if (!res.writableFinished) request.enter('aborted')
  })
  const begin = () => {
    if (!res.destroyed) answer(input)
  }
  if (plan.hold === 'headers' && request.mustHold(begin)) return
  if (plan.headersMs) later(input, plan.headersMs, begin)
  else begin()
}

function answer(input: PerformInput): void {
  const { res, request, plan, seed, ticker } = input
  const { body } = request
  const { fault } = plan
  if (fault?.kind === 'status') {
    refuse(res, request, fault)
    return
  }
  if (fault?.kind === 'reset' && fault.afterTokens === undefined) {
    request.enter('reset')
    res.socket?.resetAndDestroy()
    return
  }
  const pace = {
    firstTokenMs: plan.pace?.firstTokenMs ?? input.pace.firstTokenMs,
    tokensPerSecond: plan.pace?.tokensPerSecond ?? input.pace.tokensPerSecond,
  }
  const tokens = tokensFor(plan, body, seed)
  const name = {
    id: `gen-simulated-${request.number}`,
    model: body.model,
    created: Math.floor(request.receivedAtMs / 1000),
  }
  const usage = (completionTokens: number) => usageFor(plan, body, completionTokens)
  if (body.stream) {
    const random = createRandom(hashText(body.messages.at(-1)?.content ?? '', seed))
    const frames = createFrames(name)
    const thoughts = thoughtsFor(plan, body)
    new Player({
      res,
      request,
      plan,
      pace,
      tokens,
      thoughts,
      frames,
      usage,
      ticker,
      random,
    }).start()
    return
  }
  later(input, pace.firstTokenMs, () => {
    request.sent(tokens.length)
    request.enter('ended')
    const content = Array.from({ length: tokens.length }, (_, index) => tokens.at(index)).join('')
    const finishReason = plan.finishReason === undefined ? 'stop' : plan.finishReason
    const said = { content, finishReason, usage: usage(tokens.length) }
    sendJson(res, 200, wholeAnswer(name, said))
  })
}

/** Not at all where the client goes before. */
function later({ res, ticker }: PerformInput, delayMs: number, run: () => void): void {
  res.once('close', ticker.at(ticker.now() + delayMs, run))
}

function refuse(
  res: ServerResponse,
  request: SimulatedRequest,
  fault: Extract<Fault, { kind: 'status' }>,
): void {
  const { status, body = errorBody(status, 'Simulated failure'), contentType, retryAfter } = fault
  request.enter('ended')
  res.writeHead(status, {
    'Content-Type': contentType ?? (typeof body === 'string' ? 'text/html' : 'application/json'),
    ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    ...(fault.location === undefined ? {} : { Location: fault.location }),
  })
  res.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function tokensFor(plan: Plan, body: ChatRequest, seed: number): Tokens {
  if (plan.tokens) return listTokens(plan.tokens)
  if (plan.size !== undefined) return fillerTokens(plan.size)
  return listTokens(cutText(plan.text ?? composeAnswer(body.messages, seed)))
}

/** A plan says all that is sent; without one the question decides. */
function thoughtsFor(plan: Plan, { messages }: ChatRequest): string[] {
  const isPlanned = plan.text !== undefined || plan.tokens !== undefined || plan.size !== undefined
  return isPlanned || plan.reasoning !== undefined ? [] : cutText(composeReasoning(messages))
}

/** What a simulated answer costs is nothing, and it says so. */
function usageFor(plan: Plan, body: ChatRequest, completionTokens: number): WireUsage | null {
  if (plan.usage !== undefined) return plan.usage
  const chars = body.messages.reduce((sum, { content }) => sum + content.length, 0)
  return { promptTokens: Math.ceil(chars / charsPerToken), completionTokens, costUsd: 0 }
}
