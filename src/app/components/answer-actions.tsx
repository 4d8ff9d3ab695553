'use client'
/** Under an answer that has ended: copy, regenerate, thumbs, and which model it was. */
import clsx from 'clsx'
import { RotateCcw, ThumbsDown, ThumbsUp } from 'lucide-react'
import type { Message, Rating } from '../../client/index.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { CopyButton } from './copy-button.tsx'

interface AnswerActionsProps {
  message: Message
  /** Whether they are visible without hover and focus. */
  shown: boolean
  onRegenerate: (queryId: string) => void
  onRate: (messageId: string, rating: Rating) => void
}

export function AnswerActions({ message, shown, onRegenerate, onRate }: AnswerActionsProps) {
  const text = useText()
  const { timeOfDay } = useFormats()
  const { messageId, replyTo, rating, content, model, timestamp } = message
  const rate = (value: 'up' | 'down') => onRate(messageId, rating === value ? 'none' : value)
  return (
    <div
      className={clsx(
        '-ms-2 mt-1.5 flex h-8 items-center transition-opacity touch:h-11',
        !shown && 'opacity-0 group-hover:opacity-100 focus-within:opacity-100 touch:opacity-100',
      )}
    >
      {content !== '' && <CopyButton text={content} />}
      {replyTo !== undefined && (
        <IconButton label={text.answer.regenerate} onClick={() => onRegenerate(replyTo)}>
          <RotateCcw />
        </IconButton>
      )}
      {content !== '' && (
        <>
          <IconButton
            label={text.answer.good}
            aria-pressed={rating === 'up'}
            onClick={() => rate('up')}
          >
            <ThumbsUp className={thumb(rating === 'up')} />
          </IconButton>
          <IconButton
            label={text.answer.bad}
            aria-pressed={rating === 'down'}
            onClick={() => rate('down')}
          >
            <ThumbsDown className={thumb(rating === 'down')} />
          </IconButton>
        </>
      )}
      <span className="ms-2 truncate text-xs text-ink-3 tabular-nums">
        {model && <span className="font-mono max-sm:hidden">{model} · </span>}
        {timeOfDay(timestamp)}
      </span>
    </div>
  )
}

function thumb(pressed: boolean): string {
  return pressed ? 'fill-accent/20 text-accent' : ''
}
