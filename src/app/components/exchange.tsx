'use client'
/**
 * A question and the one of its answers that is shown. Used by the conversation; knows no transport.
 */
import { type ComponentProps, memo, Suspense, useCallback, useRef, useState } from 'react'
import type { Exchange as ExchangeData, Message, Rating } from '../../client/index.ts'
import { useShownAnswer } from '../chat/use-shown-answer.ts'
import type { Dictionary } from '../i18n/en.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { Answer } from './answer.tsx'
import type { Help } from './ending-of.ts'
import { later } from './later.tsx'
import type { PendingQuestion } from './pending-question.ts'
import { Question } from './question.tsx'

/** One cannot send before the first touch, and there it comes. */
const OutgoingNote = later(() => import('./outgoing-note.tsx'))

/** The same functions at each render, so that a token touches one exchange alone. */
export interface ExchangeCallbacks {
  /** A new answer to the question with this id. */
  regenerate: (queryId: string) => void
  /** Makes that answer the one that counts. */
  choose: (answerId: string) => void
  rate: (messageId: string, rating: Rating, comment?: string) => Promise<unknown>
  /** Asks the question with this id again, in other words. */
  askAgain: (queryId: string, content: string) => void
  resend: (messageId: string) => void
  discard: (messageId: string) => void
  newChat: () => void
}

interface ExchangeProps {
  exchange: ExchangeData
  /** Its question, where it is on its way. */
  pending: PendingQuestion | null
  agentName: string
  /** Of its answer that is being made; null where none is. */
  runningId: string | null
  /** Whether it is the last one. */
  newest: boolean
  callbacks: ExchangeCallbacks
  /** Another wording of its question is to be shown. */
  onLookAt: (queryId: string) => void
}

export const Exchange = memo(function Exchange(props: ExchangeProps) {
  const { exchange, pending, agentName, runningId, newest, callbacks, onLookAt } = props
  const { key, question, versions, answers } = exchange
  const [editing, setEditing] = useState(false)
  const left = question?.replacedBy !== undefined
  const editable = question !== null && !left && question.state === 'done'
  const onHelp = useCallback(
    (help: Help) => {
      if (help === 'again') callbacks.regenerate(key)
      else if (help === 'new-chat') callbacks.newChat()
      else setEditing(true)
    },
    [callbacks, key],
  )
  const onVersion = useCallback(
    (to: number) => {
      const id = versions[to]
      if (id !== undefined) onLookAt(id)
    },
    [versions, onLookAt],
  )
  const onAskAgain = useCallback(
    (content: string) => {
      setEditing(false)
      callbacks.askAgain(key, content)
    },
    [callbacks, key],
  )
  const { outgoing, queue } = useText()
  const { timeOfDay } = useFormats()
  const said = question
    ? {
        content: question.content,
        detail:
          question.state === 'running' ? outgoing.answeringDetail : timeOfDay(question.timestamp),
      }
    : pending && saidOf(pending, outgoing, queue.place(1))
  // The network may go before the code of the note has come.
  const isWaiting = pending?.kind === 'outgoing' && pending.message.state === 'waiting-for-network'
  return (
    <div className="exchange">
      {said && (
        <Question
          content={said.content}
          detail={said.detail}
          passing={said.passing}
          answered={answers.length > 0}
          place={versions.indexOf(key)}
          count={versions.length}
          onStep={onVersion}
          editing={editing && editable}
          onEdit={editable ? setEditing : undefined}
          onAskAgain={onAskAgain}
          note={
            pending?.kind === 'outgoing' && isStuck(pending) ? (
              <Suspense
                fallback={
                  isWaiting && <p className="mt-1.5 text-sm text-ink-3">{outgoing.sentByItself}</p>
                }
              >
                <OutgoingNote
                  message={pending.message}
                  onResend={callbacks.resend}
                  onDiscard={callbacks.discard}
                />
              </Suspense>
            ) : undefined
          }
        />
      )}
      {answers.length > 0 && (
        <ShownAnswer
          // Another wording of the question has answers of its own.
          key={key}
          answers={answers}
          agentName={agentName}
          asked={question?.content.length ?? 0}
          runningId={runningId}
          newest={newest}
          left={left}
          onChoose={callbacks.choose}
          onHelp={onHelp}
          onRate={callbacks.rate}
        />
      )}
    </div>
  )
})

type ShownAnswerProps = Pick<
  ComponentProps<typeof Answer>,
  'agentName' | 'asked' | 'newest' | 'left' | 'onHelp' | 'onRate'
> & {
  answers: readonly Message[]
  runningId: string | null
  onChoose: (answerId: string) => void
}

function ShownAnswer({ answers, runningId, onChoose, ...rest }: ShownAnswerProps) {
  const { answer, place, show } = useShownAnswer(answers, onChoose)
  const latestShow = useRef(show)
  latestShow.current = show
  const onStep = useCallback((to: number) => latestShow.current(to), [])
  if (!answer) return null
  return (
    <Answer
      {...rest}
      message={answer}
      running={answer.messageId === runningId}
      place={place}
      count={answers.length}
      onStep={onStep}
    />
  )
}

interface Said {
  content: string
  detail: string
  passing?: string
}

function saidOf(pending: PendingQuestion, text: Dictionary['outgoing'], next: string): Said {
  const { content } = pending.message
  if (pending.kind === 'next') return { content, detail: text.waitingDetail, passing: next }
  const { state } = pending.message
  if (!isStuck(pending)) return { content, detail: text.sendingDetail, passing: text.sending }
  return { content, detail: state === 'refused' ? text.notSentDetail : text.networkDetail }
}

function isStuck(pending: Extract<PendingQuestion, { kind: 'outgoing' }>): boolean {
  const { state, reason } = pending.message
  return state !== 'sending' || reason !== undefined
}
