'use client'
/**
 * What the agent said: one article. Its point stands at the end of the text, and moves with it while
 * the answer runs. Used by the exchange, which knows the other answers; knows no transport.
 */
import { memo, Suspense } from 'react'
import type { Message, Rating } from '../../client/index.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerEnding } from './answer-ending.tsx'
import { AnswerPoint } from './answer-point.tsx'
import { AnswerProgress } from './answer-progress.tsx'
import { endingOf, type Help } from './ending-of.ts'
import { later } from './later.tsx'
import { useLiveAnswer } from './live-answer.ts'
import { Markdown } from './markdown.tsx'

const Reasoning = later(() => import('./reasoning.tsx'))

interface AnswerProps {
  message: Message
  agentName: string
  /** How long its question is, in characters. */
  asked: number
  /** Whether it is being made. */
  running: boolean
  place: number
  count: number
  /** The newest one shows its actions; of the others they show on hover and focus. */
  newest: boolean
  /** In a line that was left nothing is asked for any more. */
  left: boolean
  onStep: (place: number) => void
  onHelp: (help: Help) => void
  onRate: (messageId: string, rating: Rating, comment?: string) => Promise<unknown>
}

export const Answer = memo(function Answer(props: AnswerProps) {
  const { agentName, asked, running, newest, left, onHelp } = props
  const message = useLiveAnswer(props.message, running)
  const text = useText()
  const { timeOfDay } = useFormats()
  const ending = running ? null : endingOf(message, text, asked)
  const canRegenerate = !left && message.replyTo !== undefined && ending?.help !== 'again'
  return (
    <article
      aria-label={`${agentName}, ${timeOfDay(message.timestamp)}`}
      aria-busy={running}
      className="wire-answer group wire"
    >
      <div className="wire-body">
        {message.reasoning !== undefined && (
          <Suspense fallback={null}>
            <Reasoning
              reasoning={message.reasoning}
              ms={message.reasoningMs ?? 0}
              thinking={running && message.content === ''}
            />
          </Suspense>
        )}
        {message.content !== '' && <Markdown text={message.content} running={running} />}
        {(message.reasoning === undefined || message.state !== 'thinking') && (
          <AnswerProgress message={message} />
        )}
        {!running && (
          <AnswerEnding message={message} asked={asked} onHelp={left ? undefined : onHelp} />
        )}
        <AnswerPoint running={running} length={message.content.length} state={message.state} />
      </div>
      <AnswerActions
        {...props}
        shown={newest}
        onRegenerate={canRegenerate ? () => onHelp('again') : undefined}
      />
    </article>
  )
})
