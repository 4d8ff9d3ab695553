/** The adapter, called as the core calls it, against a simulator of the test's own. */
import { ModelError } from '../../../core/errors.ts'
import type { ErrorCode } from '../../../core/events.ts'
import type { Clock } from '../../../core/ports/clock.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { Model, ModelEnd, ModelRequest } from '../../../core/ports/model.ts'
import { openSimulator, type Simulator } from '../../simulator/simulator.ts'
import { createOpenRouter, type OpenRouterOptions } from '../open-router.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

export const modelRequest: ModelRequest = {
  model: 'openai/gpt-4-turbo',
  fallbacks: [],
  messages: [{ role: 'user', content: 'Hello' }],
  temperature: 0.7,
  maxTokens: 1500,
  sessionId: 'session-1',
  userId: 'user-1',
}

export interface Retry {
  attempt: number
  delayMs: number
  code: ErrorCode
}

/** How a call came out, and what it told on the way. */
export interface Called {
  end: ModelEnd | null
  error: unknown
  text: string
  reasoning: string
  pieces: string[]
  retries: Retry[]
}

export interface Call {
  readonly told: Called
  readonly over: Promise<Called>
  abort(reason?: unknown): void
  /** Resolves when the text is at least so long. */
  read(chars: number): Promise<void>
}

export function call(
  model: Model,
  {
    request = modelRequest,
    onRetry,
  }: { request?: ModelRequest; onRetry?: (r: Retry) => void } = {},
): Call {
  const told: Called = { end: null, error: null, text: '', reasoning: '', pieces: [], retries: [] }
  const stop = new AbortController()
  let waits: { chars: number; resolve: () => void }[] = []
  const sink = {
    text: (text: string) => {
      told.text += text
      told.pieces.push(text)
      const ready = waits.filter(({ chars }) => told.text.length >= chars)
      waits = waits.filter(({ chars }) => told.text.length < chars)
      for (const { resolve } of ready) resolve()
    },
    reasoning: (text: string) => {
      told.reasoning += text
    },
    retrying: (retry: Retry) => {
      told.retries.push(retry)
      if (onRetry) queueMicrotask(() => onRetry(retry))
    },
  }
  const over = model.answer(request, sink, stop.signal).then(
    (end) => Object.assign(told, { end }),
    (error: unknown) => Object.assign(told, { error }),
  )
  return {
    told,
    over,
    abort: (reason) => stop.abort(reason),
    read: (chars) =>
      told.text.length >= chars
        ? Promise.resolve()
        : new Promise((resolve) => waits.push({ chars, resolve })),
  }
}

export function codeOf({ error }: Called): ErrorCode | null {
  return error instanceof ModelError ? error.code : null
}

export interface Bench extends AsyncDisposable {
  simulator: Simulator
  clock: ManualClock
  logged: unknown[]
  model(options?: Partial<OpenRouterOptions>): Model
}

/** A simulator without pace, and an adapter whose time stands still. */
export async function openBench(): Promise<Bench> {
  const simulator = await openSimulator({ pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const clock = createManualClock()
  const logged: unknown[] = []
  return {
    simulator,
    clock,
    logged,
    model: (options = {}) =>
      createOpenRouter({ ...defaults(simulator.url, clock, logged), ...options }),
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

/** Moves the time on, in small steps, with room for the network between them. */
export async function advanceUntilOver({ clock }: Bench, running: Call): Promise<void> {
  let over = false
  void running.over.finally(() => {
    over = true
  })
  while (!over) {
    clock.advance(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export function defaults(baseUrl: string, clock: Clock, logged: unknown[] = []): OpenRouterOptions {
  const keep = (fields: unknown, message: string) => void logged.push({ fields, message })
  const log: Logger = { info: keep, warn: keep, error: keep }
  return {
    baseUrl,
    appName: 'agent_websocket',
    connectTimeoutMs: 10_000,
    firstTokenTimeoutMs: 60_000,
    idleTimeoutMs: 30_000,
    clock,
    log,
    random: () => 0,
  }
}
