'use client'
/**
 * Which of several answers to a question is shown. The last thing that happened decides: an answer began,
 * one was chosen (here or on another page), or one is looked at here.
 */
import { useRef, useState } from 'react'
import type { Message } from '../../client/index.ts'

interface Shown {
  newest: string | undefined
  chosen: string | undefined
  shown: string | undefined
}

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
  const newest = answers.at(-1)
  const chosen = answers.find((answer) => answer.chosen)?.messageId
  const [now, setNow] = useState<Shown>(() => ({
    newest: newest?.messageId,
    chosen,
    shown: newest && !hasFailed(newest) && chosen ? chosen : newest?.messageId,
  }))
  /** Chosen here, and not in the log yet: what comes of them is no news. */
  const own = useRef<string[]>([])

  let { shown } = now
  if (now.newest !== newest?.messageId || now.chosen !== chosen) {
    if (now.newest !== newest?.messageId) shown = newest?.messageId
    else if (chosen !== undefined) {
      const echoed = own.current.indexOf(chosen)
      if (echoed === -1) shown = chosen
      else own.current = own.current.slice(echoed + 1)
    }
    setNow({ newest: newest?.messageId, chosen, shown })
  }

  const found = answers.findIndex(({ messageId }) => messageId === shown)
  const place = found === -1 ? answers.length - 1 : found
  return {
    answer: answers[place],
    place,
    show(to) {
      const answer = answers[to]
      if (!answer) return
      const { messageId } = answer
      setNow((before) => ({ ...before, shown: messageId }))
      const counts = own.current.at(-1) ?? chosen
      if (!canCount(answer) || counts === messageId) return
      own.current.push(messageId)
      onChoose(messageId)
    },
  }
}

function hasFailed({ state }: Message): boolean {
  return state === 'failed'
}

/** As the agent has it: one with text, that has ended and did not fail. */
function canCount({ content, state }: Message): boolean {
  return content !== '' && (state === 'done' || state === 'cancelled' || state === 'interrupted')
}
