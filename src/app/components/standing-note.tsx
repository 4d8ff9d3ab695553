'use client'
/** How far a message is that waits, in a few words; where the server said when, with the seconds left. */
import { useEffect, useState } from 'react'
import type { Standing } from './queued-message.ts'

export function StandingNote({ standing }: { standing: Standing }) {
  switch (standing.state) {
    case 'queued':
      return `Queued, place ${standing.place}`
    case 'held':
      return 'Held while it is edited'
    case 'waiting-for-network':
      return 'Waiting for the network'
    case 'sending':
      return <SendingNote reason={standing.reason} retryAt={standing.retryAt} />
  }
}

interface SendingNoteProps {
  /** Why the server does not take it yet. */
  reason: string | undefined
  retryAt: number | undefined
}

/** Why a message is still on its way, and until when. */
export function SendingNote({ reason, retryAt }: SendingNoteProps) {
  const seconds = useSecondsUntil(retryAt)
  switch (reason) {
    case undefined:
      return 'Sending…'
    case 'RATE_LIMITED':
      return seconds === null
        ? 'Too many messages at once. Trying again…'
        : `Too many messages at once. Tried again in ${seconds} s.`
    case 'QUEUE_FULL':
      return 'The queue is full. Sent when there is room.'
    default:
      return 'The server is busy. Sent in a moment…'
  }
}

/** Whole seconds until then; null where that is over. Counts down while it is shown. */
function useSecondsUntil(time: number | undefined): number | null {
  const [now, setNow] = useState(() => Date.now())
  const over = time === undefined || time <= now
  useEffect(() => {
    if (over) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [over])
  return over ? null : Math.ceil((time - now) / 1000)
}
