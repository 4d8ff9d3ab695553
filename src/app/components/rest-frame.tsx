'use client'
/** Around a few entries of the conversation: far from the end the browser skips them while they are out of sight. */
import type { ReactNode } from 'react'
import { useRest } from './use-rest.ts'

interface RestFrameProps {
  /** Nothing in it is being written. */
  restful: boolean
  children: ReactNode
}

export function RestFrame({ restful, children }: RestFrameProps) {
  const frame = useRest(restful)
  return (
    <div ref={frame} className="rest-frame">
      {children}
    </div>
  )
}
