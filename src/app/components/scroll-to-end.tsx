'use client'
/** The way back to the end of the conversation, for who is not there. */
import { ArrowDown } from 'lucide-react'
import { useStickToBottomContext } from 'use-stick-to-bottom'
import { useText } from '../i18n/use-text.tsx'

export function ScrollToEnd() {
  const { isAtBottom, scrollToBottom } = useStickToBottomContext()
  const { conversation } = useText()
  if (isAtBottom) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 z-2 flex justify-center">
      <button
        type="button"
        aria-label={conversation.scrollToEnd}
        onClick={() => void scrollToBottom('instant')}
        className="pointer-events-auto inline-flex size-9 animate-rise items-center justify-center rounded-full border border-line bg-raised text-ink-2 shadow-raised transition-colors hover:text-ink touch:size-11"
      >
        <ArrowDown className="size-4" />
      </button>
    </div>
  )
}
