'use client'
/**
 * Says to a screen reader when an answer begins, each of its sentences once it has ended, and how it all
 * ended. The conversation itself is silent: read out token by token, nobody could follow it. Fetched with
 * the first answer.
 */
import { useEffect, useRef, useState } from 'react'
import type { Message } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { endingOf } from './ending-of.ts'
import { useLiveAnswer } from './live-answer.ts'
import { speak } from './spoken-sentences.ts'

interface AnnouncerProps {
  agentName: string
  running: Message | null
  /** The message with this id, as it is now. */
  find: (messageId: string) => Message | undefined
}

/** The answer that is being read, and how far. */
interface Reading {
  messageId: string
  attempt: number | undefined
  upTo: number
}

/** As many as a screen reader may still have before it. */
const keptSayings = 12

export default function Announcer({ agentName, running: given, find }: AnnouncerProps) {
  const running = useLiveAnswer(given, given !== null)
  const text = useText()
  const [sayings, setSayings] = useState<readonly { key: number; said: string }[]>([])
  const reading = useRef<Reading | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is new is said
  useEffect(() => {
    const news: string[] = []
    const names = { code: text.content.code, table: text.content.table }
    const before = reading.current
    if (before && before.messageId !== running?.messageId) {
      const ended = find(before.messageId)
      reading.current = null
      if (ended) {
        news.push(speak(ended.content, before.upTo, names, true).sentences)
        news.push(endingOf(ended, text)?.sentence ?? text.answer.ended(agentName))
      }
    }
    if (running) {
      const { messageId, attempt, content } = running
      const isNew = reading.current === null
      if (isNew) news.push(text.answer.began(agentName))
      // An answer that is begun anew is read anew.
      const isSame = reading.current?.attempt === attempt
      const from = isSame ? Math.min(reading.current?.upTo ?? 0, content.length) : 0
      const { sentences, upTo } = speak(content, from, names)
      reading.current = { messageId, attempt, upTo }
      news.push(sentences)
    }
    const told = news.filter((each) => each !== '')
    if (told.length === 0) return
    setSayings((old) => {
      const next = (old.at(-1)?.key ?? 0) + 1
      return [...old, ...told.map((said, place) => ({ key: next + place, said }))].slice(
        -keptSayings,
      )
    })
  }, [running?.messageId, running?.attempt, running?.content])
  return (
    <div aria-live="polite" aria-atomic="false" aria-relevant="additions" className="sr-only">
      {sayings.map(({ key, said }) => (
        <p key={key}>{said}</p>
      ))}
    </div>
  )
}
