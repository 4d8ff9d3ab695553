'use client'
/**
 * Keeps a reader at the end of the conversation where they are there, when the room for it changes: the
 * queue comes and goes, the composer grows, a keyboard opens. The library watches what is said alone,
 * and takes the browser's own correction for somebody who scrolls up. Who sends goes to the end.
 */
import { useEffect } from 'react'
import { useStickToBottomContext } from 'use-stick-to-bottom'

/** A difference that no content has: it marks ours. */
const unreal = 1e-6

/** `sent` is the message that was sent last, and is not answered yet. */
export function KeepAtEnd({ sent }: { sent: string | null }) {
  const { scrollRef, scrollToBottom, state } = useStickToBottomContext()

  useEffect(() => {
    const { current: scroller } = scrollRef
    if (!scroller) return
    const observer = new ResizeObserver(() => {
      if (!state.isAtBottom) return
      // As the library does for its own resizes: scroll events of this moment are nobody's wish.
      state.resizeDifference ||= unreal
      state.scrollTop = state.calculatedTargetScrollTop
      requestAnimationFrame(() => {
        setTimeout(() => {
          if (state.resizeDifference === unreal) state.resizeDifference = 0
        }, 1)
      })
    })
    observer.observe(scroller)
    return () => observer.disconnect()
  }, [scrollRef, state])

  useEffect(() => {
    if (sent !== null) void scrollToBottom('instant')
  }, [sent, scrollToBottom])

  return null
}
