/**
 * What a view shows of its session at one moment: the fold of the log, with what this side has asked for and what is
 * still on its way. Used by `session-view.ts`.
 */
import type { Transcript, TranscriptItem } from '../core/folds/transcript.ts'
import type { Message } from '../core/messages.ts'
import type { AgentClientError } from './errors.ts'
import type { Outbox } from './outbox.ts'
import type { OutboxItem, OutgoingMessage } from './outbox-item.ts'
import type { QueueChange } from './outbox-queue-change.ts'
import { type QueuedTurn, queuedTurns } from './queued-turns.ts'

export interface SessionSnapshot {
  phase:
    | 'loading'
    | 'live'
    /** The session was deleted. What was there stays readable. */
    | 'gone'
    /** It cannot be shown; `error` says why. */
    | 'failed'
  /** In the order of the conversation. An item that did not change is the same object. */
  items: readonly TranscriptItem[]
  /** Queries that the server has and that wait, in the order in which they will run. */
  waiting: readonly Message[]
  /**
   * All turns that wait, new answers too, in the order in which they will run; with what was asked for
   * here (edits, withdrawals) and is still on its way.
   */
  queue: readonly QueuedTurn[]
  /** Messages written here that are not in the log yet. */
  outgoing: readonly OutgoingMessage[]
  /** The answer that is being made. */
  running: Message | null
  /** Whether `loadEarlier` would bring more. */
  hasEarlier: boolean
  error?: AgentClientError
}

/** What a view shows before anything came, and on a server. */
export const loadingSnapshot: SessionSnapshot = Object.freeze({
  phase: 'loading',
  items: [],
  waiting: [],
  queue: [],
  outgoing: [],
  running: null,
  hasEarlier: false,
})

interface Sources {
  sessionId: string
  transcript: Transcript
  outbox: Outbox
  hasEarlier: boolean
}

/** `before`: what did not change since then is the same object. Tells the outbox what needs not be kept any more. */
export function takeSnapshot(
  { sessionId, transcript, outbox, hasEarlier }: Sources,
  phase: Pick<SessionSnapshot, 'phase' | 'error'>,
  before: SessionSnapshot,
): SessionSnapshot {
  const { queue, waiting } = transcript
  const running = queue.running ? (transcript.find(queue.running.answerId) ?? null) : null
  const shown = { transcript, outbox, sessionId }
  return {
    ...phase,
    items: sameOr(before.items, [...transcript.items]),
    waiting: sameOr(before.waiting, waiting),
    queue: sameOr(before.queue, queueOf(shown, before.queue)),
    outgoing: outgoingOf(shown),
    running,
    hasEarlier,
  }
}

type Shown = Pick<Sources, 'sessionId' | 'transcript' | 'outbox'>

function queueOf(
  { sessionId, transcript, outbox }: Shown,
  before: readonly QueuedTurn[],
): readonly QueuedTurn[] {
  const shown: string[] = []
  const changes: QueueChange[] = []
  for (const { item, change } of outbox.queueChanges(sessionId)) {
    if (hasArrived(item, transcript)) shown.push(item.entry.id)
    else changes.push(change)
  }
  if (shown.length > 0) outbox.shown(shown)
  const { queue, lastSeq } = transcript
  const find = (messageId: string) => transcript.find(messageId)
  return queuedTurns({ queue, lastSeq, find }, changes, before)
}

/** A message goes from here to the transcript in one step: no frame shows it twice, or not at all. */
function outgoingOf({ sessionId, transcript, outbox }: Shown): OutgoingMessage[] {
  const shown: string[] = []
  const outgoing: OutgoingMessage[] = []
  for (const { item, message } of outbox.outgoing(sessionId)) {
    if (hasArrived(item, transcript)) shown.push(message.id)
    else if (!transcript.find(message.id)) outgoing.push(message)
  }
  if (shown.length > 0) outbox.shown(shown)
  return outgoing
}

const hasArrived = ({ now }: OutboxItem, { lastSeq }: Transcript): boolean =>
  now.state === 'sent' && now.seq <= lastSeq

/** The list that was, where nothing in it changed: who compares by identity does no work. */
function sameOr<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  const same = before.length === now.length && now.every((item, place) => item === before[place])
  return same ? before : now
}
