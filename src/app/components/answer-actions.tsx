'use client'
/** Under an answer: the way to the others of its question, and what one can do with it once it has ended. */
import clsx from 'clsx'

import { RotateCcw } from 'lucide-react'
import type { Message, Rating } from '../../client/index.ts'

import { useFormats, useText } from '../i18n/use-text.tsx'
import { AnswerAbout } from './answer-about.tsx'
import { AnswerRating } from './answer-rating.tsx'
import { IconButton } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Stepper } from './stepper.tsx'

interface AnswerActionsProps {
  message: Message
  running: boolean
  /** Which one of how many answers to the question it is. */
  place: number
  count: number
  /** Whether they are visible without hover and focus. */
  shown: boolean
  onStep: (place: number) => void
  /** Absent where a button above does the same, and in lines that were left. */
  onRegenerate: (() => void) | undefined
  onRate: (messageId: string, rating: Rating, comment?: string) => Promise<unknown>
}

export function AnswerActions(props: AnswerActionsProps) {
  const { message, running, place, count, shown, onStep, onRegenerate, onRate } = props
  const { messageId, rating, content, timestamp } = message
  const { answer } = useText()
  const { timeOfDay } = useFormats()
  return (
    <div className="-ms-2 mt-1.5 flex min-h-8 flex-wrap items-center touch:-ms-3.5 touch:min-h-11">
      {count > 1 && (
        <Stepper
          at={place}
          of={count}
          names={{
            previous: answer.previous,
            next: answer.next,
            place: answer.place(place + 1, count),
          }}
          onStep={onStep}
        />
      )}
      {!running && (
        <div
          className={clsx(
            'flex min-w-0 items-center transition-opacity',
            !shown &&
              'opacity-0 group-hover:opacity-100 focus-within:opacity-100 touch:opacity-100',
          )}
        >
          {content !== '' && <CopyButton text={content} />}
          {onRegenerate && (
            <IconButton
              label={answer.regenerate}
              // Pressed twice in a row it is one new answer.
              onClick={({ detail }) => detail < 2 && onRegenerate()}
            >
              <RotateCcw />
            </IconButton>
          )}
          {content !== '' && (
            <AnswerRating
              key={messageId}
              rating={rating}
              onRate={(value, word) => onRate(messageId, value, word)}
            />
          )}
          <AnswerAbout key={`about ${messageId}`} message={message} />
          <span className="ms-2 truncate text-xs text-ink-3 tabular-nums">
            {timeOfDay(timestamp)}
          </span>
        </div>
      )}
    </div>
  )
}
