'use client'
/**
 * Says to a screen reader when an answer begins and how it ends. The conversation itself is silent:
 * read out token by token, nobody could follow it.
 */
import { useEffect, useRef, useState } from 'react'
import type { Message } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { endingOf } from './ending-of.ts'

interface AnnouncerProps {
  agentName: string
  running: Message | null
  /** The message with this id, as it is now. */
  find: (messageId: string) => Message | undefined
}

export function Announcer({ agentName, running, find }: AnnouncerProps) {
  const text = useText()
  const [said, setSaid] = useState('')
  const before = useRef<string | null>(null)
  const id = running?.messageId ?? null
  // biome-ignore lint/correctness/useExhaustiveDependencies: only beginnings and ends are said
  useEffect(() => {
    const ended = before.current === null ? undefined : find(before.current)
    before.current = id
    if (id !== null) setSaid(text.answer.began(agentName))
    else if (ended) setSaid(endingOf(ended, text)?.sentence ?? text.answer.ended(agentName))
  }, [id])
  return (
    <div aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
