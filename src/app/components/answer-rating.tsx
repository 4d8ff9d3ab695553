'use client'
/** Thumbs, and after a press of one a small field for a word on why. The rating does not wait for it. */
import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import type { Rating } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { later } from './later.tsx'

const CommentPopover = later(() => import('./comment-popover.tsx'))

interface AnswerRatingProps {
  rating: Rating | undefined
  onRate: (rating: Rating, comment?: string) => void
}

export function AnswerRating({ rating, onRate }: AnswerRatingProps) {
  const { answer } = useText()
  const [asking, setAsking] = useState<'up' | 'down' | null>(null)
  const thumbs = useRef<HTMLSpanElement>(null)
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
  return (
    <>
      <span ref={thumbs} className="flex">
        {thumb('up', answer.good, ThumbsUp)}
        {thumb('down', answer.bad, ThumbsDown)}
      </span>
      {asking && thumbs.current && (
        <Suspense>
          <CommentPopover
            key={asking}
            anchor={{ current: thumbs.current }}
            rating={asking}
            onSend={(comment) => onRate(asking, comment)}
            onClose={() => setAsking(null)}
          />
        </Suspense>
      )}
    </>
  )
}
