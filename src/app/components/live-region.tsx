'use client'
/** Reads out what is announced. One for the page. */
import { useEffect, useState } from 'react'
import { onAnnouncement } from '../chat/announce.ts'

export function LiveRegion() {
  const [said, setSaid] = useState({ sentence: '', count: 0 })
  useEffect(
    () => onAnnouncement((sentence) => setSaid(({ count }) => ({ sentence, count: count + 1 }))),
    [],
  )
  return (
    <div aria-live="polite" className="sr-only">
      {/* A new element: the same sentence again is news again. */}
      <span key={said.count}>{said.sentence}</span>
    </div>
  )
}
