/** How an answer ended, where that was not by itself: a sentence, and the one button that helps. */
import { RotateCcw } from 'lucide-react'
import type { Message } from '../../core/messages.ts'
import { Button } from './button.tsx'

interface AnswerEndingProps {
  message: Message
  /** Absent where asking again would not help. */
  onTryAgain?: (() => void) | undefined
}

export function AnswerEnding({ message, onTryAgain }: AnswerEndingProps) {
  const ending = endingOf(message)
  if (!ending) return null
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 first:mt-0">
      <p className={ending.failed ? 'text-base text-danger' : 'text-base text-ink-3'}>
        {ending.sentence}
      </p>
      {ending.again && onTryAgain && (
        <Button onClick={onTryAgain} className="h-8 px-3">
          <RotateCcw aria-hidden="true" className="size-3.5" />
          Try again
        </Button>
      )}
    </div>
  )
}

interface Ending {
  sentence: string
  failed?: boolean
  again?: boolean
}

export function endingOf(message: Message): Ending | null {
  const { state, finishReason, failure } = message
  if (state === 'failed') {
    const sentence = failure?.content ?? 'Something went wrong.'
    return { sentence, failed: true, again: failure?.retryable ?? true }
  }
  if (state === 'cancelled') return { sentence: 'You stopped this answer.', again: true }
  if (state === 'interrupted') {
    return { sentence: 'This answer was cut short.', again: true }
  }
  if (finishReason === 'length') {
    return { sentence: 'This answer reached its length limit. Ask it to go on.' }
  }
  if (finishReason === 'content_filter') {
    return { sentence: 'The model’s provider ended this answer with a filter.' }
  }
  if (state === 'done' && message.content.trim() === '') {
    return { sentence: 'The model gave an empty answer.', again: true }
  }
  return null
}
