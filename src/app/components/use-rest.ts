'use client'
/** Spares the browser what is out of sight. Used by the exchanges of a conversation. */
import { useEffect, useRef } from 'react'

/** By then what it says is laid out, and the browser knows its height. */
const settleMs = 1_500

/**
 * Lets the browser skip what is out of sight: its height is known then, and nothing moves. What is in sight is
 * left alone until it is not, for the browser counts what it takes up again as moved.
 */
export function useRest(restful: boolean) {
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = frame
    if (!restful || !current) return
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== false) return
      current.dataset.rest = ''
      observer.disconnect()
    })
    const timer = setTimeout(() => observer.observe(current), settleMs)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      delete current.dataset.rest
    }
  }, [restful])
  return frame
}
