'use client'
/**
 * What the agent said: one article. Its point stands at the end of the text, and moves with it while
 * the answer runs. Used by the conversation; knows no transport.
 */
import { memo } from 'react'
import type { Message, Rating } from '../../client/index.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerEnding, endingOf } from './answer-ending.tsx'
import { AnswerProgress } from './answer-progress.tsx'
import { Markdown } from './markdown.tsx'

export interface AnswerCallbacks {
  /** A new answer to the question with this id. */
  onRegenerate: (queryId: string) => void
  onRate: (messageId: string, rating: Rating) => void
}

interface AnswerProps extends AnswerCallbacks {
  message: Message
  agentName: string
  /** Whether it is being made. */
  running: boolean
  /** The newest one shows its actions; of the others they show on hover and focus. */
  newest: boolean
  /** Another answer to the same question came later. */
  superseded: boolean
}

export const Answer = memo(function Answer(props: AnswerProps) {
  const { message, agentName, running, newest, superseded, onRegenerate } = props
  const { replyTo } = message
  const text = useText()
  const { timeOfDay } = useFormats()
  return (
    <article
      aria-label={`${agentName}, ${timeOfDay(message.timestamp)}`}
      aria-busy={running}
      className="wire-answer group wire"
    >
      <div className="wire-body">
        {message.content !== '' && <Markdown text={message.content} />}
        <AnswerProgress message={message} />
        {!running && (
          <AnswerEnding
            message={message}
            onTryAgain={replyTo && !superseded ? () => onRegenerate(replyTo) : undefined}
          />
        )}
        <span
          aria-hidden="true"
          className="wire-end"
          data-live={running || undefined}
          data-tone={toneOf(message)}
        />
      </div>
      {!running && !(message.content === '' && endingOf(message, text)?.again) && (
        <AnswerActions {...props} shown={newest} />
      )}
    </article>
  )
})

function toneOf({ state }: Message): 'warn' | 'danger' | undefined {
  if (state === 'failed') return 'danger'
  return state === 'interrupted' || state === 'cancelled' ? 'warn' : undefined
}
