'use client'
/** A waiting message while it is edited, in its place. Enter saves, Shift+Enter breaks the line, Esc leaves it. */
import clsx from 'clsx'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { Button } from './button.tsx'
import { hasLongWord } from './long-word.ts'

interface QueueEditorProps {
  text: string
  /** One has just begun, and goes on in the field. */
  takesFocus: boolean
  /** Why it cannot be saved as it is; null where it can. */
  problem: string | null
  /** Without a connection the server cannot hold it. */
  connected: boolean
  onWrite: (text: string) => void
  onSave: () => void
  onCancel: () => void
}

export function QueueEditor(props: QueueEditorProps) {
  const { text, takesFocus, problem, connected, onWrite, onSave, onCancel } = props
  const { queue: said } = useText()
  const field = useRef<HTMLTextAreaElement>(null)
  const noteId = useId()
  const savable = text.trim() !== '' && problem === null

  // As it was when the field came.
  const [takes] = useState(takesFocus)
  useEffect(() => {
    const { current } = field
    if (!takes) return
    current?.focus()
    current?.setSelectionRange(current.value.length, current.value.length)
    current?.scrollIntoView({ block: 'nearest' })
  }, [takes])

  const onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari sends the Enter that ends a composition after the end of it.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault()
      if (savable) onSave()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      onCancel()
    }
  }

  return (
    <li className="p-2">
      <div className="rounded-md border border-edge bg-raised focus-within:border-ink-3">
        <textarea
          ref={field}
          aria-label={said.field}
          aria-describedby={noteId}
          aria-invalid={problem !== null}
          rows={1}
          value={text}
          enterKeyHint="done"
          onChange={(event) => onWrite(event.target.value)}
          onKeyDown={onKeyDown}
          className={clsx(
            'block field-sizing-content max-h-32 w-full resize-none overflow-y-auto bg-transparent px-3 pt-2 pb-1 text-sm outline-none touch:py-2.5 touch:text-[1rem] touch:leading-6',
            hasLongWord(text) && '[font-kerning:none]',
          )}
        />
        <div className="flex items-center justify-end gap-1.5 p-1.5">
          <p id={noteId} className="min-w-0 flex-1 ps-1.5 text-xs text-ink-3">
            {problem ?? (connected ? said.heldHere : said.notHeld)}
          </p>
          <Button tone="quiet" onClick={onCancel}>
            {said.cancel}
          </Button>
          <Button tone="accent" disabled={!savable} onClick={onSave}>
            {said.save}
          </Button>
        </div>
      </div>
    </li>
  )
}
