'use client'
/**
 * The point at an answer's end. While the answer runs it moves with the text; where no text comes for a moment it
 * pulses, for something is alive all the same. A pulse costs each frame a little, so it is left out beside a text that
 * moves. Used by the answer.
 */
import { useEffect, useRef } from 'react'
import type { Message } from '../../client/index.ts'

/** Longer than between two pieces of a text that flows. */
const stillMs = 700

interface AnswerPointProps {
  running: boolean
  /** How much there is by now, in characters. */
  length: number
  state: Message['state']
}

export function AnswerPoint({ running, length, state }: AnswerPointProps) {
  const point = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const { current } = point
    if (!running || !current) return
    const rest = () => {
      current.dataset.still = ''
    }
    // Nothing has come yet.
    if (length === 0) rest()
    const timer = setTimeout(rest, stillMs)
    return () => {
      clearTimeout(timer)
      delete current.dataset.still
    }
  }, [running, length])
  return (
    <span aria-hidden="true" className="wire-track">
      <span
        ref={point}
        className="wire-end"
        data-live={running || undefined}
        data-tone={toneOf(state)}
      />
    </span>
  )
}

function toneOf(state: Message['state']): 'warn' | 'danger' | undefined {
  if (state === 'failed') return 'danger'
  return state === 'interrupted' || state === 'cancelled' ? 'warn' : undefined
}
