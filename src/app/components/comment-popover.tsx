'use client'
/** A small field for a word on a rating. Fetched when somebody is at the page. */
import { Popover } from 'radix-ui'
import type { FormEvent, KeyboardEvent, RefObject } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'
import { useFocusReturn } from './focus-return.ts'

interface CommentPopoverProps {
  /** What it stands beside. */
  anchor: RefObject<HTMLElement>
  rating: 'up' | 'down'
  onSend: (comment: string) => void
  onClose: () => void
}

const maxCommentChars = 4000

export default function CommentPopover({ anchor, rating, onSend, onClose }: CommentPopoverProps) {
  const { feedback } = useText()
  const focusReturn = useFocusReturn()
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const comment = String(new FormData(event.currentTarget).get('comment') ?? '').trim()
    if (comment !== '') onSend(comment)
    onClose()
  }
  /** Radix goes round within what it opens. Who tabs out of this means to go on: it is not needed. */
  const leave = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== 'Tab') return
    const stops = event.currentTarget.querySelectorAll<HTMLElement>('textarea, button')
    if (event.target !== stops[event.shiftKey ? 0 : stops.length - 1]) return
    event.stopPropagation()
    const thumbs = anchor.current
    const pressed = thumbs.querySelector<HTMLElement>('[aria-pressed="true"]')
    ;(pressed ?? thumbs.querySelector('button'))?.focus()
    onClose()
  }
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        <Popover.Content
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={feedback.title}
          onCloseAutoFocus={focusReturn.onCloseAutoFocus}
          onOpenAutoFocus={(event) => {
            // Its code may come late, and who has gone on to something else is not called back.
            const { activeElement: focused, body } = document
            if (focused !== body && !anchor.current.contains(focused)) {
              event.preventDefault()
              onClose()
              return
            }
            focusReturn.onOpenAutoFocus()
            // A keyboard on the screen would cover what one has just read.
            if (!window.matchMedia('(pointer: fine)').matches) event.preventDefault()
          }}
          className="z-50 w-[min(21rem,calc(100vw-1.5rem))] animate-rise rounded-lg border border-line bg-raised p-3 shadow-float"
        >
          <form onSubmit={send} onKeyDown={leave}>
            <textarea
              name="comment"
              aria-label={feedback.comment}
              rows={2}
              maxLength={maxCommentChars}
              placeholder={rating === 'up' ? feedback.whatWasGood : feedback.whatWasBad}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.shiftKey) return
                event.preventDefault()
                event.currentTarget.form?.requestSubmit()
              }}
              className="block field-sizing-content max-h-40 min-h-16 w-full resize-none rounded-md border border-edge bg-transparent px-3 py-2 text-base transition-colors outline-none focus:border-ink-3 touch:text-[1rem]"
            />
            <div className="mt-3 flex justify-end gap-2">
              <Button tone="quiet" onClick={onClose}>
                {feedback.notNow}
              </Button>
              <Button type="submit" tone="line">
                {feedback.send}
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
