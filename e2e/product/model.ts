/**
 * The model that answers: the simulator as a process of its own, directed over its control paths
 * (src/server/simulator/control.ts). Specs hold an answer at a token and release it.
 */
import { startNode } from './node-process.ts'

/** What the model does with one request. What is left out happens at once and without a fault. */
export interface Plan {
  text?: string
  /** The answer, in exactly these pieces. */
  tokens?: readonly string[]
  /** So many pieces of `Hmm. ` that the model thinks aloud first. */
  reasoning?: number
  pace?: { firstTokenMs?: number; tokensPerSecond?: number }
  /** So many tokens, or not even the headers, until `release`. */
  hold?: number | 'headers'
  finishReason?: 'stop' | 'length' | 'content_filter'
  fault?:
    | { kind: 'status'; status: number; body?: Record<string, unknown> }
    | { kind: 'truncate' | 'reset' | 'error-chunk'; afterTokens: number }
}

/** A request that the model got. */
export interface ModelRequest {
  number: number
  state: 'waiting' | 'streaming' | 'holding' | 'ended' | 'aborted' | 'reset'
  body: { model: string; messages: { role: string; content: string }[] }
}

export interface Model {
  /** One plan for each of the next requests. */
  next(...plans: Plan[]): Promise<void>
  /** Lets each held answer go on: to its end, or for so many tokens. */
  release(tokens?: number): Promise<void>
  /** The requests since the test began, oldest first. */
  requests(): Promise<ModelRequest[]>
  /** Resolves when the answer to the `number`-th request (from 1) stands at its hold. */
  held(number: number): Promise<ModelRequest>
  /** Resolves when the answer to the `number`-th request is over, whichever way. */
  finished(number: number): Promise<ModelRequest>
}

export interface ModelServer extends Model {
  /** As `OPENROUTER_BASE_URL`. */
  readonly url: string
  /** Lets go of what runs, and forgets plans and requests. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function startModel(): Promise<ModelServer> {
  const args = ['src/server/simulator/main.ts', '--control']
  const simulator = await startNode({
    args: [...args, '--first-token-ms', '0', '--tokens-per-second', '0'],
    ready: /"url":"([^"]+)"/,
  })
  const url = simulator.said
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(`/control/${path}`, url), {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`/control/${path}: ${await response.text()}`)
    return (await response.json()) as T
  }
  const requests = () => ask<ModelRequest[]>('requests')
  const release = async (tokens?: number) => {
    const held = (await requests()).filter(({ state }) => state === 'holding')
    await Promise.all(
      held.map(({ number }) => ask(`requests/${number}/release`, tokens ? { tokens } : {})),
    )
  }
  return {
    url,
    requests,
    release,
    next: (...plans) => ask('next', plans),
    held: (number) => ask(`requests/${number}/held`),
    finished: (number) => ask(`requests/${number}/finished`),
    async reset() {
      await release()
      await ask('reset', null)
    },
    close: () => simulator.end(),
  }
}
