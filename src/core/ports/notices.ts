/**
 * The part of the store port that makes a notification to all sessions of a user happen once, however far an
 * earlier try came. Proved by `src/server/store/contract/notices.ts`.
 */

export interface NoticeInput {
  /** The caller's id: of all services, one scope. */
  id: string
  /** Hash of the request's body. */
  hash: string
  /** ISO 8601, UTC. */
  at: string
  /** Notices begun before that time may be forgotten. */
  forgetBefore: string
}

export type NoticeResult =
  /** `at` is when it was first begun: now, or by an earlier request of the same id and hash. */
  { outcome: 'begun' | 'repeated'; at: string } | { outcome: 'id-conflict' }

export interface NoticeStore {
  /** Keeps that this notice was begun. */
  beginNotice(input: NoticeInput): Promise<NoticeResult>
  /**
   * Sessions of a user that were made at that time or before, in the order of their ids, which nothing that
   * happens meanwhile changes: at most `limit`, after the one that is named.
   */
  sessionsOf(input: {
    userId: string
    createdBy: string
    after?: string
    limit: number
  }): Promise<string[]>
}
