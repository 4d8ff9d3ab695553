'use client'
/** What the user said: one article of the conversation, the ring at the beginning of the wire. */
import clsx from 'clsx'
import { Pencil } from 'lucide-react'
import { memo, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { later } from './later.tsx'
import { Breakable } from './plain-text.tsx'
import { splitHeading } from './question-heading.ts'
import { Stepper } from './stepper.tsx'

const QuestionEditor = later(() => import('./question-editor.tsx'))

interface QuestionProps {
  content: string
  /** Read after "You": when it was said, or how far it is on its way. */
  detail: string
  /** Whether its answer follows right below, so that the wire goes on. */
  answered: boolean
  /** Which of how many wordings of it this is. */
  place: number
  count: number
  onStep: (place: number) => void
  /** Being put differently. */
  editing: boolean
  /** Absent where it cannot be edited now. */
  onEdit: ((editing: boolean) => void) | undefined
  onAskAgain: (content: string) => void
  /** A word on its way to the log. It fades in late, and takes no room: mostly it is not needed. */
  passing?: string | undefined
  /** A message that is stuck: why, and what one can do. */
  note?: ReactNode
}

export const Question = memo(function Question(props: QuestionProps) {
  const { content, detail, answered, place, count, onStep, editing, onEdit, passing, note } = props
  const { conversation, question } = useText()
  const { heading, rest } = splitHeading(content)
  const edit = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  useEffect(() => {
    // The field has gone with the focus in it.
    if (wasEditing.current && !editing && document.activeElement === document.body) {
      edit.current?.focus()
    }
    wasEditing.current = editing
  }, [editing])
  const words = (
    <div
      className={clsx(
        'text-ask font-medium tracking-[-0.011em] wrap-anywhere whitespace-pre-wrap',
        note ? 'text-ink-3' : 'text-ink',
        onEdit && 'pe-10 touch:pe-12',
      )}
    >
      <h2 className={clsx(rest && 'inline')}>
        <Breakable text={heading} />
      </h2>
      {rest && <Breakable text={rest} />}
    </div>
  )
  return (
    <article
      aria-label={conversation.you(detail)}
      className={clsx(
        'group wire pt-9 pb-5 [--wire-top:calc(2.25rem+1.25rem)]',
        answered && 'wire-from',
      )}
    >
      <span aria-hidden="true" className="wire-ring top-[calc(2.25rem+0.625rem)]" />
      {editing ? (
        <Suspense fallback={words}>
          {/* The outline keeps its heading: those of the answer stand beneath it. */}
          <h2 className="sr-only">{heading}</h2>
          <QuestionEditor
            content={content}
            onAsk={props.onAskAgain}
            onCancel={() => onEdit?.(false)}
          />
        </Suspense>
      ) : (
        <>
          {words}
          {onEdit && (
            <IconButton
              ref={edit}
              label={question.edit}
              onClick={() => onEdit(true)}
              className="absolute end-0 top-[calc(2.25rem-0.125rem)] opacity-0 group-hover:opacity-100 focus-visible:opacity-100 touch:-end-3.5 touch:top-[calc(2.25rem-0.5rem)] touch:opacity-100"
            >
              <Pencil />
            </IconButton>
          )}
        </>
      )}
      {count > 1 && !editing && (
        <div className="-ms-2 mt-1 -mb-2 touch:-ms-3.5">
          <Stepper
            at={place}
            of={count}
            names={{
              previous: question.previous,
              next: question.next,
              place: question.place(place + 1, count),
            }}
            onStep={onStep}
          />
        </div>
      )}
      {note}
      {passing && (
        <p className="absolute bottom-0 animate-[fade_200ms_ease-out_700ms_both] text-sm text-ink-3">
          {passing}
        </p>
      )}
    </article>
  )
})
