'use client'
/**
 * The way to what was said before: loads when it comes into view, or by its button. What one reads
 * stays where it is while the page grows at its head, whatever comes at its end meanwhile.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import type { EndFollower } from './end-follower.ts'

interface EarlierMessagesProps {
  follower: EndFollower
  /** What scrolls, the log of messages in it. */
  scroller: RefObject<HTMLElement | null>
  /** Key of the first item: it changes when earlier ones have come. */
  first: string | undefined
  /** Whether there are any. */
  more: boolean
  onLoad: () => Promise<void>
}

export function EarlierMessages({ follower, scroller, first, more, onLoad }: EarlierMessagesProps) {
  const { conversation } = useText()
  const [loading, setLoading] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const mark = useRef<Mark | null>(null)

  const load = async () => {
    if (loading) return
    setLoading(true)
    mark.current = markIn(scroller.current)
    try {
      await onLoad()
    } catch (cause) {
      mark.current = null
      throw cause
    } finally {
      setLoading(false)
    }
  }
  const latestLoad = useRef(load)
  latestLoad.current = load

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the first item has changed
  useLayoutEffect(() => {
    const { current: old } = mark
    if (old?.element.isConnected && scroller.current) {
      follower.shift(topOf(old.element, scroller.current) - old.top)
    }
    mark.current = null
  }, [first])

  useEffect(() => {
    const { current: target } = button
    const { current: root } = scroller
    if (!more || !target || !root) return
    // A conversation opens at its end: before someone scrolls, what is in view is there by chance.
    let scrolled = false
    const onWheel = () => {
      scrolled = true
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting && scrolled) void latestLoad.current().catch(() => {})
      },
      { root, rootMargin: '200px 0px 0px' },
    )
    root.addEventListener('wheel', onWheel, { passive: true })
    root.addEventListener('touchmove', onWheel, { passive: true })
    observer.observe(target)
    return () => {
      observer.disconnect()
      root.removeEventListener('wheel', onWheel)
      root.removeEventListener('touchmove', onWheel)
    }
  }, [scroller, more])

  if (!more) return null
  return (
    <div className="flex justify-center pt-4">
      <button
        ref={button}
        type="button"
        disabled={loading}
        onClick={() => void load().catch(() => {})}
        className="rounded-full px-3 py-1.5 text-sm text-ink-3 transition-colors hover:bg-tint hover:text-ink touch:py-3"
      >
        {loading ? conversation.loadingEarlier : conversation.loadEarlier}
      </button>
    </div>
  )
}

/** Something that was there before, and where it stood. */
interface Mark {
  element: Element
  top: number
}

/** The second message: the first one may be an answer whose question is yet to come, above it. */
function markIn(scroller: HTMLElement | null): Mark | null {
  const questions = scroller?.querySelectorAll('[role="log"] .exchange')
  const element = questions?.[1] ?? questions?.[0]
  return scroller && element ? { element, top: topOf(element, scroller) } : null
}

/** Where it stands in what scrolls. */
function topOf(element: Element, scroller: HTMLElement): number {
  return element.getBoundingClientRect().top + scroller.scrollTop
}
