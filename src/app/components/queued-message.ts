/** What the queue above the composer shows, as data. Made by `chat/pending-messages.ts`. */

/** How far a message is that waits. */
export type Standing =
  /** `place` counts from 1: the one that is answered next. */
  | { state: 'queued'; place: number }
  /** Somebody edits it; it is passed over meanwhile. */
  | { state: 'held' }
  | { state: 'sending'; reason?: string; retryAt?: number | undefined }
  | { state: 'waiting-for-network' }

export interface QueuedMessage {
  id: string
  content: string
  /** A new answer has the text of its question. */
  kind: 'query' | 'regenerate'
  standing: Standing
}

/** Whether the server has it, so that it has a place among the others. */
export function hasPlace({ standing }: QueuedMessage): boolean {
  return standing.state === 'queued' || standing.state === 'held'
}
