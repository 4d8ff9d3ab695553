/**
 * What passes between the server's thread and the model's: calls one way, what they tell the other way.
 * Both ends are ours and of one version, so nothing is parsed here. Used by both ends of the thread.
 */
import type { ErrorCode } from '../../../core/events.ts'
import type { ModelEnd, ModelRequest } from '../../../core/ports/model.ts'
import type { OpenRouterOptions } from '../open-router.ts'

/** What the thread is opened with. */
export interface ThreadData {
  options: ThreadOptions
  flow: SharedArrayBuffer
}

/** Of the adapter's options what can be copied to another thread; it has a clock of its own. */
export type ThreadOptions = Omit<OpenRouterOptions, 'clock' | 'log' | 'random'>

export type ToThread =
  | { kind: 'ask'; call: number; request: ModelRequest }
  | { kind: 'stop'; call: number }

/** An error as data: an `Error` loses its own fields on the way. */
export type ThreadError =
  | { known: true; code: ErrorCode; message: string; retryable: boolean; retryAfterMs?: number }
  /** Its name too: the log leaves out the messages of errors that quote what they read. */
  | { known: false; name: string; message: string; stack: string }

/** Anything that is told of a call but text. */
export type Told =
  | { kind: 'reasoning'; text: string }
  | { kind: 'retrying'; info: { attempt: number; delayMs: number; code: ErrorCode } }
  | { kind: 'end'; end: ModelEnd }
  | { kind: 'failed'; error: ThreadError }

export type LogLine = {
  level: 'info' | 'warn' | 'error'
  fields: Record<string, unknown>
  message: string
}

/**
 * What came within a few milliseconds, over all calls: the number of a call, what it tells, how long that waited
 * to be gathered (ms), then the next. Flat, because there are thousands of pieces a second, and copying arrays of strings is quick.
 */
export interface FromThread {
  told: (number | string | Told)[]
  /** The text in it, UTF-16 units. */
  chars: number
  logged: LogLine[]
}
