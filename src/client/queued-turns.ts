/**
 * The queue of a session as its view shows it: as the log has it, with what was asked for here and is not
 * in the log yet. Used by the session view.
 */
import type { Priority } from '../core/events.ts'
import type { Transcript } from '../core/folds/transcript.ts'
import { eventOf, type QueueChange } from './outbox-queue-change.ts'

/** A turn that waits: a query, or a new answer to one that was answered before. */
export interface QueuedTurn {
  /** Of the query. */
  messageId: string
  kind: 'query' | 'regenerate'
  /** The query's text. Of a new answer it is empty where the query is on a page that is not loaded. */
  content: string
  priority: Priority
  /** It is passed over, because somebody edits it. */
  held: boolean
  /** The order of arrival. */
  seq: number
}

/** In the order in which they will run; an item that did not change is the one of `before`. */
export function queuedTurns(
  { queue, find, lastSeq }: Pick<Transcript, 'queue' | 'lastSeq'> & { find: Find },
  changes: readonly QueueChange[],
  before: readonly QueuedTurn[],
): readonly QueuedTurn[] {
  const contents = new Map<string, string>()
  const textOf = (messageId: string) => contents.get(messageId) ?? find(messageId)?.content ?? ''
  const ahead = changes.length > 0 ? queue.clone() : queue
  for (const [place, change] of changes.entries()) {
    const turn = ahead.find(change.messageId)
    if (!turn) continue
    const { priority } = turn
    const body = eventOf(change, { content: textOf(change.messageId), priority })
    // The numbers that they would have if nothing came in between: they order as in the log.
    ahead.apply({ ...body, id: '', sessionId: '', seq: lastSeq + 1 + place })
    contents.set(change.messageId, body.content)
  }
  const known = new Map(before.map((turn) => [turn.messageId, turn]))
  return ahead.waiting.map(({ queryId: messageId, kind, priority, seq, heldAt }) => {
    const content = textOf(messageId)
    const turn = { messageId, kind, content, priority, held: heldAt !== null, seq }
    const old = known.get(messageId)
    return old && isSame(old, turn) ? old : turn
  })
}

type Find = (messageId: string) => { content: string } | undefined

function isSame(one: QueuedTurn, other: QueuedTurn): boolean {
  return (
    one.kind === other.kind &&
    one.content === other.content &&
    one.priority === other.priority &&
    one.held === other.held &&
    one.seq === other.seq
  )
}
