'use client'
/** How far a message is that waits, in a few words; where the server said when, with the seconds left. */
import { useEffect, useState } from 'react'
import { useFormats, useText } from '../i18n/use-text.tsx'
import type { Standing } from './queued-message.ts'

export function StandingNote({ standing }: { standing: Standing }) {
  const { queue, outgoing } = useText()
  switch (standing.state) {
    case 'queued':
      return queue.place(standing.place)
    case 'held':
      return queue.held
    case 'waiting-for-network':
      return outgoing.waitingForNetwork
    case 'sending':
      return <SendingNote reason={standing.reason} retryAt={standing.retryAt} />
  }
}

/** For longer, a time of day says more than a count. */
const countedSeconds = 90

interface SendingNoteProps {
  /** Why the server does not take it yet. */
  reason: string | undefined
  retryAt: number | undefined
}

/** Why a message is still on its way, and until when. */
export function SendingNote({ reason, retryAt }: SendingNoteProps) {
  const { outgoing } = useText()
  const { number, timeOfDay } = useFormats()
  const seconds = useSecondsUntil(retryAt)
  if (reason === undefined) return outgoing.sending
  if (reason === 'QUEUE_FULL') return outgoing.queueFull
  if (retryAt !== undefined && seconds !== null && seconds > countedSeconds) {
    return outgoing.limitedUntil(timeOfDay(new Date(retryAt).toISOString()))
  }
  if (reason !== 'RATE_LIMITED') return outgoing.busy
  return seconds === null ? outgoing.tooManyNow : outgoing.tooMany(number(seconds))
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
