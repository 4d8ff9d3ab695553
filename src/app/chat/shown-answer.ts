/**
 * Which of several answers to a question is shown. The last thing that happened decides: an answer began,
 * one was chosen (here or on another page), or one is looked at here. Pure; used by `use-shown-answer.ts`.
 */
import type { Message } from '../../client/index.ts'

export interface Shown {
  newest: string | undefined
  chosen: string | undefined
  shown: string | undefined
  /** Chosen here, and not in the log yet, in order: what comes of them is no news. */
  own: readonly string[]
}

/** As a conversation is opened: the one that counts, unless the newest has failed. */
export function firstShown(answers: readonly Message[]): Shown {
  const { newest, chosen } = endsOf(answers)
  const hasFailed = answers.at(-1)?.state === 'failed'
  return { newest, chosen, shown: hasFailed ? newest : (chosen ?? newest), own: [] }
}

/** What the answers say now; the same object where that is nothing new. */
export function nextShown(now: Shown, answers: readonly Message[]): Shown {
  const { newest, chosen } = endsOf(answers)
  if (now.newest !== newest) return { ...now, newest, chosen, shown: newest }
  if (now.chosen === chosen) return now
  const echoed = chosen === undefined ? -1 : now.own.indexOf(chosen)
  if (echoed !== -1) return { ...now, chosen, own: now.own.slice(echoed + 1) }
  // Of another page. What was chosen here before it may have come and gone unseen.
  return { ...now, chosen, shown: chosen ?? now.shown, own: [] }
}

/** One is looked at here; `choose` says whether it is to count from now on. */
export function lookedAt(now: Shown, answer: Message): { now: Shown; choose: boolean } {
  const { messageId } = answer
  const counts = now.own.at(-1) ?? now.chosen
  const choose = canCount(answer) && counts !== messageId
  const own = choose ? [...now.own, messageId] : now.own
  return { now: { ...now, shown: messageId, own }, choose }
}

function endsOf(answers: readonly Message[]) {
  const chosen = answers.find((answer) => answer.chosen)?.messageId
  return { newest: answers.at(-1)?.messageId, chosen }
}

/** As the agent has it: one with text, that has ended and did not fail. */
function canCount({ content, state }: Message): boolean {
  return content !== '' && (state === 'done' || state === 'cancelled' || state === 'interrupted')
}
