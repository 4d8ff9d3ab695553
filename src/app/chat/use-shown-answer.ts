'use client'
/** Which of several answers to a question is shown, and the way to the others. */
import { useState } from 'react'
import type { Message } from '../../client/index.ts'
import { firstShown, lookedAt, nextShown } from './shown-answer.ts'

interface UseShownAnswer {
  answer: Message | undefined
  /** From 0. */
  place: number
  /** Shows that one; `onChoose` is told where it can count. */
  show: (place: number) => void
}

export function useShownAnswer(
  answers: readonly Message[],
  onChoose: (answerId: string) => void,
): UseShownAnswer {
  const [before, setShown] = useState(() => firstShown(answers))
  const now = nextShown(before, answers)
  if (now !== before) setShown(now)
  const found = answers.findIndex(({ messageId }) => messageId === now.shown)
  const place = found === -1 ? answers.length - 1 : found
  return {
    answer: answers[place],
    place,
    show(to) {
      const answer = answers[to]
      if (!answer) return
      const looked = lookedAt(now, answer)
      setShown(looked.now)
      if (looked.choose) onChoose(answer.messageId)
    },
  }
}
