'use client'
/** What scrolls in the conversation, and what it holds: the sizes of both are watched for the one who follows its end. */
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react'
import type { EndFollower } from './end-follower.ts'

interface ScrollContentProps {
  follower: EndFollower
  /** Filled in here. */
  scroller: RefObject<HTMLDivElement | null>
  children: ReactNode
}

export function ScrollContent({ follower, scroller, children }: ScrollContentProps) {
  const content = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { current: outer } = scroller
    const { current: inner } = content
    if (!outer || !inner) return
    return follower.attach(outer, (onResize) => {
      const observer = new ResizeObserver(onResize)
      observer.observe(outer)
      observer.observe(inner)
      return () => observer.disconnect()
    })
  }, [follower, scroller])
  return (
    <div
      ref={scroller}
      className="size-full overflow-auto overscroll-contain [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
    >
      <div ref={content} className="shell-pad mx-auto w-full max-w-[46rem] pt-2 pb-10">
        {children}
      </div>
    </div>
  )
}
