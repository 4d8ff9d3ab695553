'use client'
/** How an answer ended, where that was not by itself: a sentence, and the one button that helps. */
import { MessageSquarePlus, Pencil, RotateCcw } from 'lucide-react'
import type { Message } from '../../core/messages.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'

/** What helps after an answer that did not end well. */
export type Help = 'again' | 'shorten' | 'rephrase' | 'new-chat'

interface AnswerEndingProps {
  message: Message
  /** How long its question is, in characters. */
  asked: number
  /** Absent where nothing can be done here. */
  onHelp?: ((help: Help) => void) | undefined
}

const icons = {
  again: RotateCcw,
  shorten: Pencil,
  rephrase: Pencil,
  'new-chat': MessageSquarePlus,
} as const

export function AnswerEnding({ message, asked, onHelp }: AnswerEndingProps) {
  const text = useText()
  const ending = endingOf(message, text, asked)
  if (!ending) return null
  const { sentence, failed, help } = ending
  const Icon = icons[help ?? 'again']
  const labels = { again: text.page.tryAgain, 'new-chat': text.page.newChat, ...text.answer.help }
  const label = labels[help ?? 'again']
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 first:mt-0">
      <p className={failed ? 'basis-full text-base text-danger' : 'text-base text-ink-3'}>
        {sentence}
      </p>
      {help && onHelp && (
        <Button onClick={() => onHelp(help)} className="h-8 px-3">
          <Icon aria-hidden="true" className="size-3.5" />
          {label}
        </Button>
      )}
    </div>
  )
}

interface Ending {
  sentence: string
  failed?: boolean
  help?: Help | undefined
}

/** A question of this many characters can be what made a conversation too long. */
const longQuestion = 4_000

/** Null for an answer that ended by itself; `asked` is the length of its question. */
export function endingOf(message: Message, text: Dictionary, asked = 0): Ending | null {
  const { state, finishReason, failure, resumed } = message
  if (state === 'failed') {
    const said = failure && sayError(text, { reason: failure.code, message: failure.content })
    const sentence = said ?? text.answer.failed
    return { sentence, failed: true, help: helpFor(message, asked) }
  }
  // Regenerate stands right below it.
  if (state === 'cancelled') return { sentence: text.answer.cancelled }
  if (state === 'interrupted') return { sentence: text.answer.interrupted, help: 'again' }
  if (finishReason === 'length') {
    return { sentence: text.answer.tooLong }
  }
  if (finishReason === 'content_filter') {
    return { sentence: text.answer.filtered }
  }
  if (state === 'done' && message.content.trim() === '') {
    return { sentence: text.answer.empty, help: 'again' }
  }
  if (state !== 'done') return null
  if (resumed === 'restarted') {
    return { sentence: text.answer.restarted }
  }
  if (resumed === 'continued') {
    return { sentence: text.answer.continued }
  }
  return null
}

function helpFor({ failure }: Message, asked: number): Help | undefined {
  switch (failure?.code) {
    case 'CONTEXT_TOO_LONG':
      return asked > longQuestion ? 'shorten' : 'new-chat'
    case 'CONTENT_FILTERED':
      return 'rephrase'
    // The model or its address is wrong: asked again, it is refused again.
    case 'UPSTREAM_REJECTED':
      return undefined
    default:
      return 'again'
  }
}
