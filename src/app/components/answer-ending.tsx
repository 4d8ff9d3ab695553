/** How an answer ended, where that was not by itself: a sentence, and the one button that helps. */
import { MessageSquarePlus, Pencil, RotateCcw } from 'lucide-react'
import type { Message } from '../../core/messages.ts'
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

const helps = {
  again: { label: 'Try again', Icon: RotateCcw },
  shorten: { label: 'Shorten', Icon: Pencil },
  rephrase: { label: 'Rephrase', Icon: Pencil },
  'new-chat': { label: 'New chat', Icon: MessageSquarePlus },
} as const

export function AnswerEnding({ message, asked, onHelp }: AnswerEndingProps) {
  const ending = endingOf(message, asked)
  if (!ending) return null
  const { sentence, failed, help } = ending
  const { label, Icon } = helps[help ?? 'again']
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 first:mt-0">
      <p className={failed ? 'text-base text-danger' : 'text-base text-ink-3'}>{sentence}</p>
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
export function endingOf(message: Message, asked = 0): Ending | null {
  const { state, finishReason, failure, resumed } = message
  if (state === 'failed') {
    const sentence = failure?.content ?? 'Something went wrong.'
    return { sentence, failed: true, help: helpFor(message, asked) }
  }
  // Regenerate stands right below it.
  if (state === 'cancelled') return { sentence: 'You stopped this answer.' }
  if (state === 'interrupted') return { sentence: 'This answer was cut short.', help: 'again' }
  if (finishReason === 'length') {
    return { sentence: 'This answer reached its length limit. Ask it to go on.' }
  }
  if (finishReason === 'content_filter') {
    return { sentence: 'The model’s provider ended this answer with a filter.' }
  }
  if (state === 'done' && message.content.trim() === '') {
    return { sentence: 'The model gave an empty answer.', help: 'again' }
  }
  if (state !== 'done') return null
  if (resumed === 'restarted') {
    return { sentence: 'The server stopped while this was written. It was begun anew.' }
  }
  if (resumed === 'continued') {
    return { sentence: 'The server stopped while this was written. It went on from there.' }
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
