/** Pages of a transcript: what `session.history` answers, and what a reader begins with. */
import type { CommandEvent, ErrorEvent, NotificationEvent } from '../events.ts'
import type { Message } from '../messages.ts'
import type { QueueState } from './turn-queue.ts'

/** What stands between messages: a notification, a failure outside a turn, a command that people should see. */
export type Notice = NotificationEvent | ErrorEvent | CommandEvent

export type TranscriptItem =
  | { kind: 'message'; key: string; message: Message }
  | { kind: 'notice'; key: string; notice: Notice }

/** A stretch of a transcript, oldest first. */
export interface TranscriptPage {
  messages: Message[]
  /** Notices of the same stretch; `after` is the message that one follows, null at the beginning. */
  notices: { after: string | null; notice: Notice }[]
  hasMore: boolean
  /** Of the newest page: what waits and what runs. */
  queue?: QueueState
}

/**
 * The last `limit` messages before the one whose `seq` is `before` (or the newest, with the queries
 * that wait), and the notices that follow them. The newest page has all queries that wait, and the
 * last message besides, however small the limit: a running answer's deltas must find it.
 */
export function pageOf(
  { items, waiting, queue }: { items: TranscriptItem[]; waiting: Message[]; queue: QueueState },
  { before, limit }: { before?: number | undefined; limit: number },
): TranscriptPage {
  const newest = before === undefined
  const end = newest ? items.length : placeOf(items, before)
  let start = end
  for (let left = Math.max(1, limit - (newest ? waiting.length : 0)); start > 0; start--) {
    const item = items[start - 1]
    if (item?.kind === 'message' && left-- <= 0) break
  }
  // Notices belong to the message that they follow, which is on the page before.
  while (start > 0 && start < end && items[start]?.kind === 'notice') start++
  const page: TranscriptPage = {
    messages: [],
    notices: [],
    hasMore: items.slice(0, start).some((item) => item.kind === 'message'),
  }
  let after: string | null = null
  for (const item of items.slice(start, end)) {
    if (item.kind === 'message') {
      page.messages.push(item.message)
      after = item.key
    } else {
      page.notices.push({ after, notice: item.notice })
    }
  }
  if (!newest) return page
  page.messages.push(...waiting)
  return { ...page, queue: { waiting: queue.waiting, running: queue.running } }
}

/** The items of a page: its messages but for those that wait, and the notices between them. */
export function itemsOf({ messages, notices }: TranscriptPage): TranscriptItem[] {
  const items: TranscriptItem[] = []
  const noticesAfter = (id: string | null) => {
    for (const { after, notice } of notices) {
      if (after === id) items.push({ kind: 'notice', key: notice.id, notice })
    }
  }
  noticesAfter(null)
  for (const message of messages) {
    if (message.state === 'queued' || message.state === 'held') continue
    items.push({ kind: 'message', key: message.messageId, message })
    noticesAfter(message.messageId)
  }
  return items
}

function placeOf(items: TranscriptItem[], before: number): number {
  const exact = items.findIndex((item) => item.kind === 'message' && item.message.seq === before)
  if (exact !== -1) return exact
  const later = items.findIndex((item) => seqOf(item) >= before)
  return later === -1 ? items.length : later
}

function seqOf(item: TranscriptItem): number {
  return item.kind === 'message' ? item.message.seq : item.notice.seq
}
