'use client'
/** A question in the hands of who asked it. Enter asks again, Shift+Enter breaks the line, Esc leaves it as it was. */
import clsx from 'clsx'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'
import { hasLongWord } from './long-word.ts'

interface QuestionEditorProps {
  content: string
  onAsk: (content: string) => void
  onCancel: () => void
}

export default function QuestionEditor({ content, onAsk, onCancel }: QuestionEditorProps) {
  const { question } = useText()
  const [draft, setDraft] = useState(content)
  const field = useRef<HTMLTextAreaElement>(null)
  const askable = draft.trim() !== ''

  useLayoutEffect(() => {
    const { current } = field
    current?.focus()
    current?.setSelectionRange(current.value.length, current.value.length)
  }, [])

  const ask = () => {
    if (askable) onAsk(draft.trim())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari sends the Enter that ends a composition after the end of it.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault()
      ask()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      onCancel()
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
      className="-mx-3 -my-2 max-sm:-ms-2 max-sm:me-0 rounded-lg border border-edge bg-raised transition-colors focus-within:border-ink-3"
    >
      <textarea
        ref={field}
        aria-label={question.field}
        rows={1}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        className={clsx(
          'block field-sizing-content max-h-[50dvh] w-full resize-none bg-transparent px-3 pt-2 max-sm:px-2 text-ask touch:pb-2 font-medium tracking-[-0.011em] outline-none',
          hasLongWord(draft) && '[font-kerning:none]',
        )}
      />
      <div className="flex flex-wrap items-center justify-end gap-2 p-2 max-sm:ps-1">
        <p className="min-w-0 flex-1 basis-full ps-1 sm:basis-40 text-sm text-ink-3">
          {question.hint}
        </p>
        <Button tone="quiet" onClick={onCancel}>
          {question.cancel}
        </Button>
        <Button type="submit" tone="accent" disabled={!askable}>
          {question.askAgain}
        </Button>
      </div>
    </form>
  )
}
