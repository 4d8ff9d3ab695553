'use client'
/**
 * What the model thought aloud before its answer: one quiet line that opens. While it thinks, the line has the latest
 * of it. Fetched when an answer has some; used by the answer.
 */
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'

interface ReasoningProps {
  reasoning: string
  ms: number
  /** Nothing of the answer is there yet. */
  thinking: boolean
}

/** Of the latest line, what fits beside its label. */
const latestChars = 120

export default function Reasoning({ reasoning, ms, thinking }: ReasoningProps) {
  const { answer } = useText()
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const latest = reasoning.trimEnd().split('\n').at(-1)?.slice(-latestChars) ?? ''
  const seconds = Math.max(1, Math.round(ms / 1000))
  return (
    <div className="mb-1.5">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        className="-ms-0.5 flex min-h-7 max-w-full items-center gap-1 text-sm text-ink-3 transition-colors hover:text-ink touch:min-h-11"
      >
        <ChevronRight
          aria-hidden="true"
          className={`size-3.5 shrink-0 transition-transform ${isOpen ? 'rotate-90' : ''}`}
        />
        <span className="shrink-0">{answer.reasoning}</span>
        <span aria-hidden="true">·</span>
        <span className="shrink-0">{thinking ? answer.thinking : answer.thoughtFor(seconds)}</span>
        {thinking && !isOpen && <span className="truncate text-ink-3">{latest}</span>}
      </button>
      {isOpen && (
        // Focusable, so that a keyboard can scroll it.
        <section
          id={id}
          aria-label={answer.reasoning}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          className="mt-1.5 mb-4 max-h-72 overflow-y-auto rounded-lg border border-line bg-wash px-4 py-3 text-sm wrap-anywhere whitespace-pre-wrap text-ink-2"
        >
          {reasoning}
        </section>
      )}
    </div>
  )
}
