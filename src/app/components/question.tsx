'use client'
/** What the user said: one article of the conversation, the ring at the beginning of the wire. */
import clsx from 'clsx'
import { memo, type ReactNode } from 'react'

import { useText } from '../i18n/use-text.tsx'

interface QuestionProps {
  content: string
  /** Read after "You": when it was said, or how far it is on its way. */
  detail: string
  /** Whether its answer follows right below, so that the wire goes on. */
  answered: boolean
  /** A word on its way to the log. It fades in late, and takes no room: mostly it is not needed. */
  passing?: string | undefined
  /** A message that is stuck: why, and what one can do. */
  note?: ReactNode
}

/** A question is a heading of the page's outline, so that one can go from one to the next. */
const maxHeadingChars = 240

export const Question = memo(function Question(props: QuestionProps) {
  const { content, detail, answered, passing, note } = props
  const { conversation } = useText()
  const Text = content.length <= maxHeadingChars ? 'h2' : 'div'
  return (
    <article
      aria-label={conversation.you(detail)}
      className={clsx('wire pt-9 pb-5 [--wire-top:calc(2.25rem+1.25rem)]', answered && 'wire-from')}
    >
      <span aria-hidden="true" className="wire-ring top-[calc(2.25rem+0.625rem)]" />
      <Text
        className={clsx(
          'text-ask font-medium tracking-[-0.011em] wrap-anywhere whitespace-pre-wrap',
          note ? 'text-ink-3' : 'text-ink',
        )}
      >
        {content}
      </Text>
      {note}
      {passing && (
        <p className="absolute bottom-0 animate-[fade_200ms_ease-out_700ms_both] text-sm text-ink-3">
          {passing}
        </p>
      )}
    </article>
  )
})
