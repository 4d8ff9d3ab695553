/** What the directed model does with one request. Used by the kit's model, and by those who direct it. */

/** What is left out happens at once and without a fault. */
export interface Plan {
  /** The answer. Without it and `tokens`, the simulator makes one up. */
  text?: string
  /** The answer, in exactly these pieces. */
  tokens?: readonly string[]
  /** So many pieces that the model thinks aloud first. */
  reasoning?: number
  /** `tokensPerSecond: 0` is as fast as it is read. */
  pace?: { firstTokenMs?: number; tokensPerSecond?: number }
  /** So many tokens, or not even the headers, until `release`. */
  hold?: number | 'headers'
  finishReason?: 'stop' | 'length' | 'content_filter'
  usage?: { promptTokens: number; completionTokens: number; costUsd?: number }
  fault?: Fault
}

/** On the wire between the agent server and its model. */
export type Fault =
  /** A reply that is no stream. `retryAfter`: the header as it is sent. */
  | {
      kind: 'status'
      status: number
      body?: string | Record<string, unknown>
      retryAfter?: string
    }
  /** After so many tokens: an end without its finish, an error in the stream, or silence with the connection open. */
  | { kind: 'truncate' | 'error-chunk' | 'stall'; afterTokens: number }
  /** The connection breaks: before any answer, or after so many tokens. */
  | { kind: 'reset'; afterTokens?: number }

/** How `model.fail` is told the same: one of them, with the tokens that come before it. */
export type Failure =
  /** Such a status, in place of an answer: 401, 402, 429, 503. */
  | { status: number; body?: string | Record<string, unknown>; retryAfter?: string }
  /** The connection breaks after so many tokens; `'at-once'`: before any answer. */
  | { reset: number | 'at-once' }
  /** Nothing more comes after so many tokens, and the connection stays open. */
  | { stall: number }
  /** The answer ends after so many tokens, without its finish. */
  | { truncate: number }
  /** The provider reports an error after so many tokens. */
  | { error: number }

export function faultOf(failure: Failure): Fault {
  if ('status' in failure) return { kind: 'status', ...failure }
  if ('reset' in failure) {
    const { reset } = failure
    return reset === 'at-once' ? { kind: 'reset' } : { kind: 'reset', afterTokens: reset }
  }
  if ('stall' in failure) return { kind: 'stall', afterTokens: failure.stall }
  if ('truncate' in failure) return { kind: 'truncate', afterTokens: failure.truncate }
  return { kind: 'error-chunk', afterTokens: failure.error }
}
