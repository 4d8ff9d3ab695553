/**
 * The agent: every use case of the product, as verbs over the store, the model and the clock.
 * Transports call these and nothing else. A verb takes the user who asks; a session of someone else
 * answers `SESSION_NOT_FOUND`, exactly as one that does not exist (G11).
 */
import type { Inputs } from '../inputs.ts'
import type { SessionFollower } from '../log/follow.ts'
import type { Session } from '../messages.ts'
import type { CommandReply, HistoryPage, NotifyReply, QueryReply } from './replies.ts'

export type {
  CommandOutcome,
  CommandReply,
  HistoryPage,
  NotifyReply,
  QueryReply,
} from './replies.ts'

export interface Agent {
  createSession(userId: string, input: Inputs['sessionCreate']): Promise<Session>
  listSessions(
    userId: string,
    input: Inputs['sessionList'],
  ): Promise<{ items: Session[]; nextCursor: string | null }>
  getSession(userId: string, input: Inputs['sessionGet']): Promise<Session>
  history(userId: string, input: Inputs['sessionHistory']): Promise<HistoryPage>
  updateSession(userId: string, input: Inputs['sessionUpdate']): Promise<Session>
  deleteSession(userId: string, input: Inputs['sessionDelete']): Promise<{ deleted: true }>
  exportSession(
    userId: string,
    input: Inputs['sessionExport'],
  ): Promise<{ filename: string; content: string }>
  /** Rejects before the first event where the session is not the user's; ends when it is deleted. */
  follow(
    userId: string,
    input: Inputs['sessionEvents'],
    signal: AbortSignal,
  ): Promise<SessionFollower>
  /**
   * `admit` is asked once for a request that was not made before, and may refuse it by throwing: a
   * repetition costs its user nothing.
   */
  query(
    userId: string,
    input: Inputs['agentQuery'],
    admit?: () => Promise<void>,
  ): Promise<QueryReply>
  /** `admit` is asked, as for a query, where the command makes the model answer: `regenerate`. */
  command(
    userId: string,
    input: Inputs['agentCommand'],
    admit?: () => Promise<void>,
  ): Promise<CommandReply>
  feedback(userId: string, input: Inputs['agentFeedback']): Promise<{ seq: number }>
  /** What a service tells a session, or all sessions of a user. Asked by no user: `SESSION_NOT_FOUND` is the truth. */
  notify(input: Inputs['notify']): Promise<NotifyReply>

  /**
   * Takes up the turns that a crash or a stop left unfinished; from then on closes sessions without activity,
   * and deletes those untouched for long. Call once, at the start.
   */
  recover(): Promise<void>
  /** Figures for `/metrics` and `info`. */
  stats(): { activeTurns: number; waitingTurns: number; followers: number; liveSessions: number }
  /**
   * Starts no further turn, gives running ones `deadlineMs` to end, then lets go of them: they go on at
   * the next start. New queries are refused with `DRAINING`.
   */
  drain(deadlineMs: number): Promise<void>
}
