'use client'
/** How an answer ended, where that was not by itself: a sentence, and the one button that helps. */
import { MessageSquarePlus, Pencil, RotateCcw } from 'lucide-react'
import type { Message } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'
import { endingOf, type Help } from './ending-of.ts'

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
        <Button
          // Pressed twice in a row it is one new answer.
          onClick={({ detail }) => detail < 2 && onHelp(help)}
        >
          <Icon aria-hidden="true" className="size-3.5" />
          {label}
        </Button>
      )}
    </div>
  )
}
