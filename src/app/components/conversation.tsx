'use client'
/**
 * The conversation: the log of a session as people read it. It stays at its end while one is there, and
 * keeps one's place otherwise. Takes data and callbacks; knows no transport.
 */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ConversationEntry, TranscriptItem } from '../../client/index.ts'
import { Conversation as Fold } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'
import {
  ConversationNotice,
  type ConversationNoticeProps,
  Skeleton,
} from './conversation-notice.tsx'
import { EarlierMessages } from './earlier-messages.tsx'
import { EndFollower } from './end-follower.ts'
import { Exchange, type ExchangeCallbacks } from './exchange.tsx'
import { useMarkdown } from './markdown-code.ts'
import { Notice } from './notice.tsx'
import { askedOf, type PendingQuestion, pendingId } from './pending-question.ts'
import { RestFrame } from './rest-frame.tsx'
import { RestGroups } from './rest-groups.ts'
import { ScrollContent } from './scroll-content.tsx'
import { ScrollToEnd } from './scroll-to-end.tsx'

export interface ConversationProps {
  agentName: string
  items: readonly TranscriptItem[]
  /** Of the answer that is being made; null where none is. */
  runningId: string | null
  /** After the items: what was sent, while no answer runs. */
  pending: readonly PendingQuestion[]
  hasEarlier: boolean
  onLoadEarlier: () => Promise<void>
  callbacks: ExchangeCallbacks
  /** In place of messages: loading, gone, failed. */
  notice?: ConversationNoticeProps | null
}

export default function Conversation(props: ConversationProps) {
  const { agentName, items, pending, runningId, callbacks, notice } = props
  const text = useText()
  const [fold] = useState(() => new Fold())
  const [lookedAt, lookAt] = useLookedAt(items, pending)
  const [follower] = useState(() => new EndFollower())
  const scroller = useRef<HTMLDivElement>(null)
  const onLookAt = useCallback(
    (queryId: string) => {
      // The question stays where it is under the reader's eye.
      follower.letGo()
      lookAt(queryId)
    },
    [follower, lookAt],
  )
  const { entries, current } = useMemo(
    () => fold.line({ items, asked: pending.map(askedOf), lookedAt }),
    [fold, items, pending, lookedAt],
  )
  // What was written before this page was opened is not shown as its source.
  const unreadable = useMarkdown() === 'loading' && items.some(isAnswered)
  const sent = pending.at(-1)
  const sentId = sent ? pendingId(sent) : null
  useLayoutEffect(() => {
    // Who sends goes to the end.
    if (sentId !== null) follower.toEnd()
  }, [sentId, follower])
  const last = entries.findLast(({ kind }) => kind === 'exchange')?.key
  const isRunning = (entry: ConversationEntry) =>
    entry.kind === 'exchange' && entry.answers.some(({ messageId }) => messageId === runningId)
  const isMoving = (entry: ConversationEntry) => entry.key === last || isRunning(entry)
  const [rest] = useState(() => new RestGroups())
  const groups = useMemo(() => rest.group(entries), [rest, entries])
  return (
    <div className="fade-ends relative min-h-0 flex-1">
      <ScrollContent follower={follower} scroller={scroller}>
        <EarlierMessages
          follower={follower}
          scroller={scroller}
          first={items[0]?.key}
          more={props.hasEarlier && !unreadable}
          onLoad={props.onLoadEarlier}
        />
        <div role="log" aria-label={text.conversation.name} aria-live="off">
          {!unreadable &&
            groups.map(({ key, entries: some }) => (
              <RestFrame key={key} restful={!some.some(isMoving)}>
                {some.map((entry) =>
                  entry.kind === 'notice' ? (
                    <Notice key={entry.key} notice={entry.notice} />
                  ) : (
                    <Exchange
                      key={entry.versions[0] ?? entry.key}
                      exchange={entry}
                      pending={pending.find((one) => pendingId(one) === entry.key) ?? null}
                      agentName={agentName}
                      runningId={isRunning(entry) ? runningId : null}
                      newest={entry.key === last}
                      callbacks={callbacks}
                      onLookAt={onLookAt}
                    />
                  ),
                )}
              </RestFrame>
            ))}
        </div>
        {!current && <LeftLine onBack={() => lookAt(null)} />}
        {unreadable ? <Skeleton /> : notice && <ConversationNotice {...notice} />}
      </ScrollContent>
      <ScrollToEnd follower={follower} />
    </div>
  )
}

/** The question whose line is looked at. Whoever asks something, here or elsewhere, is back on the line that goes on. */
function useLookedAt(items: readonly TranscriptItem[], pending: readonly PendingQuestion[]) {
  const newest = items.findLast((item) => item.kind === 'message' && item.message.role === 'user')
  const asked = pending.at(-1)
  const end = asked ? pendingId(asked) : (newest?.key ?? '')
  const [looked, setLooked] = useState({ at: null as string | null, end })
  const look = useCallback((at: string | null) => setLooked((now) => ({ ...now, at })), [])
  const at = looked.end === end ? looked.at : null
  if (looked.end !== end) setLooked({ at, end })
  return [at, look] as const
}

function LeftLine({ onBack }: { onBack: () => void }) {
  const { question } = useText()
  return (
    <div className="wire flex flex-wrap items-center gap-x-4 gap-y-2 pt-8">
      <p className="text-base text-ink-3">{question.left}</p>
      <Button onClick={onBack} className="h-8 px-3">
        {question.back}
      </Button>
    </div>
  )
}

function isAnswered(item: TranscriptItem): boolean {
  return item.kind === 'message' && item.message.role === 'assistant' && item.message.content !== ''
}
