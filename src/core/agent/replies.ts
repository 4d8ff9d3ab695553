/** What the verbs answer. Apart from the verbs, because clients have these types too. */
import type { TranscriptPage } from '../folds/transcript.ts'

export interface QueryReply {
  /** The caller's `id`. */
  messageId: string
  seq: number
  state: 'queued' | 'running' | 'done'
  /** Queries that are answered before this one; 0 when it runs or is done. */
  position: number
}

export type CommandOutcome =
  | 'ok'
  | 'cancelled'
  | 'already-finished'
  | 'withdrawn'
  | 'already-started'
  | 'not-found'

export interface CommandReply {
  /** Number of the event that the command appended, or where the log stood if it appended none. */
  seq: number
  outcome: CommandOutcome
  /** Of `cancel`: no `delta` of that answer has a higher number. */
  lastSeq?: number
  /** Of `cancel`: whether an open connection to the model was closed. */
  upstreamAborted?: boolean
  /** Of `help`: the commands, as text. */
  content?: string
  /** Of `regenerate`: the query that is answered again. */
  messageId?: string
}

export interface NotifyReply {
  /** Where the notification stands in each session that got it, now or by an earlier request. */
  sessions: { sessionId: string; seq: number }[]
}

export interface HistoryPage extends TranscriptPage {
  /** Follow from here, and nothing is missed. */
  lastEventId: string
}
