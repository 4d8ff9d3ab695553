'use client'
/**
 * What scrolls in the conversation. The library has one of its own, which the server would render with a
 * style attribute: the page's Content-Security-Policy refuses those.
 */
import type { ReactNode } from 'react'
import { useStickToBottomContext } from 'use-stick-to-bottom'

export function ScrollContent({ children }: { children: ReactNode }) {
  const { scrollRef, contentRef } = useStickToBottomContext()
  return (
    <div
      ref={scrollRef}
      className="size-full overflow-auto overscroll-contain [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
    >
      <div ref={contentRef} className="shell-pad mx-auto w-full max-w-[46rem] pt-2 pb-10">
        {children}
      </div>
    </div>
  )
}
