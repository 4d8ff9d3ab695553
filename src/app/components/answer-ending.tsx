'use client'
/** How an answer ended, where that was not by itself: a sentence, and the one button that helps. */
import { RotateCcw } from 'lucide-react'
import type { Message } from '../../client/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'

interface AnswerEndingProps {
  message: Message
  /** Absent where asking again would not help. */
  onTryAgain?: (() => void) | undefined
}

export function AnswerEnding({ message, onTryAgain }: AnswerEndingProps) {
  const text = useText()
  const ending = endingOf(message, text)
  if (!ending) return null
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 first:mt-0">
      <p className={ending.failed ? 'text-base text-danger' : 'text-base text-ink-3'}>
        {ending.sentence}
      </p>
      {ending.again && onTryAgain && (
        <Button onClick={onTryAgain} className="h-8 px-3">
          <RotateCcw aria-hidden="true" className="size-3.5" />
          {text.page.tryAgain}
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

export function endingOf(message: Message, text: Dictionary): Ending | null {
  const { state, finishReason, failure } = message
  if (state === 'failed') {
    const said = failure && sayError(text, { reason: failure.code, message: failure.content })
    const sentence = said ?? text.answer.failed
    return { sentence, failed: true, again: failure?.retryable ?? true }
  }
  if (state === 'cancelled') return { sentence: text.answer.cancelled, again: true }
  if (state === 'interrupted') {
    return { sentence: text.answer.interrupted, again: true }
  }
  if (finishReason === 'length') {
    return { sentence: text.answer.tooLong }
  }
  if (finishReason === 'content_filter') {
    return { sentence: text.answer.filtered }
  }
  if (state === 'done' && message.content.trim() === '') {
    return { sentence: text.answer.empty, again: true }
  }
  return null
}
