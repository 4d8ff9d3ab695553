'use client'
/** Thumbs, and after a press of one a small field for a word on why. The rating does not wait for it. */
import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import type { Rating } from '../../core/events.ts'
import { useText } from '../i18n/use-text.tsx'
import { Button, IconButton } from './button.tsx'
import { useFocusReturn } from './focus-return.ts'

interface AnswerRatingProps {
  rating: Rating | undefined
  onRate: (rating: Rating, comment?: string) => void
}

const maxCommentChars = 4000

export function AnswerRating({ rating, onRate }: AnswerRatingProps) {
  const { answer, feedback } = useText()
  const [asking, setAsking] = useState<'up' | 'down' | null>(null)
  const focusReturn = useFocusReturn()
  const rate = (value: 'up' | 'down') => {
    const takesBack = rating === value
    onRate(takesBack ? 'none' : value)
    setAsking(takesBack ? null : value)
  }
  const thumb = (value: 'up' | 'down', label: string, Icon: typeof ThumbsUp) => (
    <IconButton label={label} aria-pressed={rating === value} onClick={() => rate(value)}>
      <Icon className={rating === value ? 'fill-accent/20 text-accent' : ''} />
    </IconButton>
  )
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget).get('comment') ?? '').trim()
    if (asking && text !== '') onRate(asking, text)
    setAsking(null)
  }
  return (
    <Popover.Root open={asking !== null} onOpenChange={(open) => !open && setAsking(null)}>
      <Popover.Anchor asChild>
        <span className="flex">
          {thumb('up', answer.good, ThumbsUp)}
          {thumb('down', answer.bad, ThumbsDown)}
        </span>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={feedback.title}
          onCloseAutoFocus={focusReturn.onCloseAutoFocus}
          onOpenAutoFocus={(event) => {
            focusReturn.onOpenAutoFocus()
            // A keyboard on the screen would cover what one has just read.
            if (!window.matchMedia('(pointer: fine)').matches) event.preventDefault()
          }}
          className="z-50 w-[min(21rem,calc(100vw-1.5rem))] animate-rise rounded-lg border border-line bg-raised p-3 shadow-float"
        >
          <form onSubmit={send}>
            <textarea
              name="comment"
              aria-label={feedback.comment}
              rows={2}
              maxLength={maxCommentChars}
              placeholder={asking === 'up' ? feedback.whatWasGood : feedback.whatWasBad}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.shiftKey) return
                event.preventDefault()
                event.currentTarget.form?.requestSubmit()
              }}
              className="block field-sizing-content max-h-40 min-h-14 w-full resize-none bg-transparent px-1 text-base outline-none touch:text-[1rem]"
            />
            <div className="mt-2 flex justify-end gap-2">
              <Button tone="quiet" className="h-8" onClick={() => setAsking(null)}>
                {feedback.notNow}
              </Button>
              <Button type="submit" tone="line" className="h-8">
                {feedback.send}
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
