'use client'
/**
 * The way to what was said before: loads when it comes into view, or by its button. What one reads
 * stays where it is: the distance to the end is kept while the page grows at its head.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useStickToBottomContext } from 'use-stick-to-bottom'
import { useText } from '../i18n/use-text.tsx'

interface EarlierMessagesProps {
  /** Key of the first item: it changes when earlier ones have come. */
  first: string | undefined
  /** Whether there are any. */
  more: boolean
  onLoad: () => Promise<void>
}

export function EarlierMessages({ first, more, onLoad }: EarlierMessagesProps) {
  const { conversation } = useText()
  const { scrollRef } = useStickToBottomContext()
  const [loading, setLoading] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const toEnd = useRef<number | null>(null)

  const load = async () => {
    const scroller = scrollRef.current
    if (loading || !scroller) return
    setLoading(true)
    toEnd.current = scroller.scrollHeight - scroller.scrollTop
    try {
      await onLoad()
    } finally {
      setLoading(false)
    }
  }
  const latestLoad = useRef(load)
  latestLoad.current = load

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the first item has changed
  useLayoutEffect(() => {
    const scroller = scrollRef.current
    if (scroller && toEnd.current !== null) {
      scroller.scrollTop = scroller.scrollHeight - toEnd.current
      toEnd.current = null
    }
  }, [first])

  useEffect(() => {
    const { current: target } = button
    const { current: root } = scrollRef
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
  }, [scrollRef, more])

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
