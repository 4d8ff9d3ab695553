/** The public surface of the client, framework-free: browsers and Node. */
export type {
  CommandOutcome,
  CommandReply,
  HistoryPage,
  QueryReply,
} from '../core/agent/replies.ts'
export type {
  ErrorCode,
  FinishReason,
  NotificationEvent,
  Priority,
  Rating,
  SessionEvent,
  Usage,
} from '../core/events.ts'
export type { Notice, TranscriptItem } from '../core/folds/transcript.ts'
export type { Message, MessageState, Session, SessionState } from '../core/messages.ts'
export type { Clock } from '../core/ports/clock.ts'
export type { Answer, AnswerEnd } from './answer.ts'
export { type BrowserStorageOptions, browserStorage } from './browser-storage.ts'
export { type AgentClient, type AgentClientOptions, createAgentClient } from './client.ts'
export type { Connection, ConnectionState, Transport } from './connection-state.ts'
export {
  type AskedQuestion,
  Conversation,
  type ConversationEntry,
  type ConversationLine,
  type Exchange,
} from './conversation.ts'
export { AgentClientError, type ClientReason } from './errors.ts'
export { frameScheduler, type Scheduler } from './frame-scheduler.ts'
export { type GuestOptions, guestTokens } from './guest-tokens.ts'
export type { Observable } from './observable.ts'
export type { OutboxEntry } from './outbox-entry.ts'
export type { OutgoingMessage } from './outbox-item.ts'
export { memoryStorage, type OutboxStorage } from './outbox-storage.ts'
export type { QueuedTurn } from './queued-turns.ts'
export type { ServerInfo } from './server-info.ts'
export type { CommandName, QueueEdit, SendOptions, SessionHandle } from './session-handle.ts'
export { loadingSnapshot, type SessionSnapshot } from './session-snapshot.ts'
export type { SessionView } from './session-view.ts'
export type { ReadOptions, SessionPage, Sessions } from './sessions.ts'
export { systemClock } from './system-clock.ts'
export type { TokenSource } from './token.ts'
