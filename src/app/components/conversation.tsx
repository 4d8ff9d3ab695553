'use client'
/**
 * The conversation: the log of a session as people read it. It stays at its end while one is there, and
 * keeps one's place otherwise. Takes data and callbacks; knows no transport.
 */
import { type ReactNode, Suspense, useMemo } from 'react'
import { StickToBottom } from 'use-stick-to-bottom'
import type { Message, OutgoingMessage, TranscriptItem } from '../../client/index.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { Answer, type AnswerCallbacks } from './answer.tsx'
import { EarlierMessages } from './earlier-messages.tsx'
import { KeepAtEnd } from './keep-at-end.tsx'
import { later } from './later.tsx'
import { Notice } from './notice.tsx'
import { Question } from './question.tsx'
import { ScrollContent } from './scroll-content.tsx'
import { ScrollToEnd } from './scroll-to-end.tsx'

/** One cannot send before the first touch, and there it comes. */
const OutgoingNote = later(() => import('./outgoing-note.tsx'))

/** A question that is not answered yet, in whatever way it is on its way. */
export type PendingQuestion =
  | { kind: 'outgoing'; message: OutgoingMessage }
  | { kind: 'next'; message: Message }

export interface ConversationProps extends AnswerCallbacks {
  agentName: string
  items: readonly TranscriptItem[]
  /** Of the answer that is being made; null where none is. */
  runningId: string | null
  /** After the items: what was sent, while no answer runs. */
  pending: readonly PendingQuestion[]
  hasEarlier: boolean
  onLoadEarlier: () => Promise<void>
  onResend: (messageId: string) => void
  onDiscard: (messageId: string) => void
  /** In place of messages: loading, gone, failed. */
  notice?: ReactNode
}

export function Conversation(props: ConversationProps) {
  const { agentName, items, pending, hasEarlier, onLoadEarlier, notice } = props
  const text = useText()
  const { timeOfDay } = useFormats()
  const latest = useMemo(() => latestAnswers(items), [items])
  const last = items.at(-1)?.key
  const sent = pending.at(-1)
  return (
    <StickToBottom className="fade-ends relative min-h-0 flex-1" resize="instant" initial="instant">
      <ScrollContent>
        <EarlierMessages first={items[0]?.key} more={hasEarlier} onLoad={onLoadEarlier} />
        <div role="log" aria-label={text.conversation.name} aria-live="off">
          {items.map((item, place) => {
            if (item.kind === 'notice') return <Notice key={item.key} notice={item.notice} />
            const { message } = item
            if (message.role === 'user') {
              return (
                <Question
                  key={item.key}
                  content={message.content}
                  detail={
                    message.state === 'running'
                      ? text.outgoing.answeringDetail
                      : timeOfDay(message.timestamp)
                  }
                  answered={answers(items[place + 1])}
                />
              )
            }
            return (
              <Answer
                key={item.key}
                message={message}
                agentName={agentName}
                running={item.key === props.runningId}
                newest={item.key === last}
                superseded={latest.get(message.replyTo ?? '') !== item.key}
                onRegenerate={props.onRegenerate}
                onRate={props.onRate}
              />
            )
          })}
          {pending.map((question) => (
            <Pending key={idOf(question)} question={question} {...props} />
          ))}
        </div>
        {notice}
      </ScrollContent>
      <KeepAtEnd sent={sent ? idOf(sent) : null} />
      <ScrollToEnd />
    </StickToBottom>
  )
}

type PendingProps = Pick<ConversationProps, 'onResend' | 'onDiscard'> & {
  question: PendingQuestion
}

function Pending({ question, onResend, onDiscard }: PendingProps) {
  const { outgoing, queue } = useText()
  const { content } = question.message
  if (question.kind === 'next') {
    return (
      <Question
        content={content}
        detail={outgoing.waitingDetail}
        answered={false}
        passing={queue.place(1)}
      />
    )
  }
  const { message } = question
  const details = {
    refused: outgoing.notSentDetail,
    sending: outgoing.sendingDetail,
    'waiting-for-network': outgoing.networkDetail,
  }
  if (message.state === 'sending' && !message.reason) {
    return (
      <Question
        content={content}
        detail={outgoing.sendingDetail}
        answered={false}
        passing={outgoing.sending}
      />
    )
  }
  return (
    <Question
      content={content}
      detail={details[message.state]}
      answered={false}
      note={
        <Suspense>
          <OutgoingNote message={message} onResend={onResend} onDiscard={onDiscard} />
        </Suspense>
      }
    />
  )
}

function idOf(question: PendingQuestion): string {
  return question.kind === 'next' ? question.message.messageId : question.message.id
}

function answers(item: TranscriptItem | undefined): boolean {
  return item?.kind === 'message' && item.message.role === 'assistant'
}

/** The key of the newest answer to each question. */
function latestAnswers(items: readonly TranscriptItem[]): ReadonlyMap<string, string> {
  const latest = new Map<string, string>()
  for (const item of items) {
    if (item.kind === 'message' && item.message.replyTo) latest.set(item.message.replyTo, item.key)
  }
  return latest
}
