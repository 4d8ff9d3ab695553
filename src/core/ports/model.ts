/** The model port: one call is one answer, streamed.  */
import type { ErrorCode, FinishReason, Usage } from '../events.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface ModelRequest {
  model: string
  /** Tried in this order when `model` cannot answer. */
  fallbacks: readonly string[]
  messages: readonly ChatMessage[]
  temperature: number
  maxTokens: number
  /** Lets the provider keep a session's cache warm. */
  sessionId: string
  /** Who asks; the adapter sends a hash of it. */
  userId: string
  /** W3C trace context, as the header `traceparent` has it: given on to the model's server. */
  traceparent?: string
}

/** Where an answer's text comes from: between `hold` and `go` nothing is read of it, and what it sends waits there. */
export interface ModelSource {
  hold(): void
  go(): void
}

/** What a call tells while it runs. Called in order; never after the call has ended. */
export interface ModelSink {
  /**
   * A piece of the answer, never empty. With `sinceMs`, milliseconds since 1970, it waited to be gathered: its oldest
   * text came then.
   */
  text(text: string, sinceMs?: number): void
  /** Before the first piece, where the source can be held. */
  from?(source: ModelSource): void
  /** What the model thinks aloud, never empty. Not part of the answer. */
  reasoning?(text: string): void
  /** Before the first piece only: the call failed and is tried again in `delayMs`. */
  retrying(info: { attempt: number; delayMs: number; code: ErrorCode }): void
}

export interface ModelEnd {
  finishReason: Extract<FinishReason, 'stop' | 'length' | 'content_filter'>
  /** The model that answered. */
  model: string
  usage?: Usage
}

export interface Model {
  /**
   * Resolves at the proper end of the answer. Rejects with `ModelError`, or, when `signal` is aborted,
   * with the signal's reason; the connection to the model is closed by then in every case.
   */
  answer(request: ModelRequest, sink: ModelSink, signal: AbortSignal): Promise<ModelEnd>
}
