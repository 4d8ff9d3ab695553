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
  /** Rejects where the server does not take it. */
  onRate: (rating: Rating, comment?: string) => Promise<unknown>
}

export function AnswerRating({ rating, onRate }: AnswerRatingProps) {
  const { answer } = useText()
  const { shown, press } = usePressed(rating)
  const [asking, setAsking] = useState<'up' | 'down' | null>(null)
  const thumbs = useRef<HTMLSpanElement>(null)
  const rate = (value: 'up' | 'down') => {
    const takesBack = shown === value
    press(takesBack ? 'none' : value, onRate)
    setAsking(takesBack ? null : value)
  }
  const thumb = (value: 'up' | 'down', label: string, Icon: typeof ThumbsUp) => (
    <IconButton label={label} aria-pressed={shown === value} onClick={() => rate(value)}>
      <Icon className={shown === value ? 'fill-accent/20 text-accent' : ''} />
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
            onSend={(comment) => void onRate(asking, comment).catch(() => {})}
            onClose={() => setAsking(null)}
          />
        </Suspense>
      )}
    </>
  )
}

/** What was pressed shows at once, and until the log says so too: without a network that takes a while. */
function usePressed(rating: Rating | undefined) {
  const [pressed, setPressed] = useState<Rating | null>(null)
  const [logged, setLogged] = useState(rating)
  if (logged !== rating) {
    setLogged(rating)
    setPressed(null)
  }
  return {
    shown: pressed ?? rating,
    press(value: Rating, send: (value: Rating) => Promise<unknown>) {
      setPressed(value)
      send(value).catch(() => setPressed(null))
    },
  }
}
