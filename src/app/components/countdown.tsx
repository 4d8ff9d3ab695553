'use client'
/** The seconds until the next try to connect. Not read out: it would say a number each second. */
import { useEffect, useState } from 'react'
import { useFormats, useText } from '../i18n/use-text.tsx'

export default function Countdown({ until }: { until: number }) {
  const { connection } = useText()
  const { number } = useFormats()
  const [seconds, setSeconds] = useState(() => secondsTo(until))
  useEffect(() => {
    setSeconds(secondsTo(until))
    const timer = setInterval(() => setSeconds(secondsTo(until)), 250)
    return () => clearInterval(timer)
  }, [until])
  if (seconds <= 0) return null
  return (
    <span aria-hidden="true" className="text-ink-3 tabular-nums">
      <span className="max-sm:hidden">{connection.nextTry(number(seconds))}</span>
      <span className="sm:hidden">{connection.nextTryShort(number(seconds))}</span>
    </span>
  )
}

function secondsTo(until: number): number {
  return Math.ceil((until - Date.now()) / 1000)
}
