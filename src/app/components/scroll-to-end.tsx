'use client'
/** The way back to the end of the conversation, for who is not there. */
import { ArrowDown } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useText } from '../i18n/use-text.tsx'
import type { EndFollower } from './end-follower.ts'

const onServer = () => true

export function ScrollToEnd({ follower }: { follower: EndFollower }) {
  const isAtEnd = useSyncExternalStore(follower.subscribe, follower.getSnapshot, onServer)
  const { conversation } = useText()
  if (isAtEnd) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 z-2 flex justify-center">
      <button
        type="button"
        aria-label={conversation.scrollToEnd}
        onClick={() => follower.toEnd()}
        className="pointer-events-auto inline-flex size-9 animate-rise items-center justify-center rounded-full border border-line bg-raised text-ink-2 shadow-raised transition-colors hover:text-ink touch:size-11"
      >
        <ArrowDown className="size-4" />
      </button>
    </div>
  )
}
