/**
 * The model was called as often as the log says (T1, M2). Of an attempt that came to its end by itself: once, and
 * once more for each `retrying`. Of one that was stopped, cut or timed out: the last of these may not have been
 * made. While the store cannot be written (a full disk, a Redis that is away, a lease that ran out while its owner
 * was frozen) a `retrying` cannot be either: up to two more for each attempt then. A connection to the model that was
 * kept may have been closed by the model's side unnoticed, while the server was frozen or was given no processor: what
 * is sent over that one fails and is tried again, and the model never saw it. Each such connection is counted there, and
 * excuses one call.
 */
import type { Step } from '../schedule.ts'
import type { Tell } from './finding.ts'
import type { Answer, History } from './history.ts'
import type { SaidBy } from './said.ts'

/** Of the adapter. */
const maxRetries = 2

const unwritable: readonly Step['do'][] = [
  'full-disk',
  'redis-kill',
  'redis-freeze',
  'link-down',
  'link-stall',
  'link-mute',
]

interface Known {
  said: SaidBy
  happened: ReadonlySet<Step['do']>
  shared: boolean
  /** Requests of the whole schedule that may have gone into a connection that was closed; counted down here. */
  unseen: { left: number }
  tell: Tell
}

export function checkCalls({ answers }: History, known: Known): void {
  const { said, happened, shared, unseen, tell } = known
  const isUnwritten =
    unwritable.some((fault) => happened.has(fault)) || (shared && happened.has('freeze'))
  const byQuestion = Map.groupBy(answers.values(), ({ question }) => question)
  for (const [question, asked] of byQuestion) {
    const calls = said.get(question)?.length ?? 0
    let least = 0
    let most = 0
    /** After a first one: only these are announced for what was never seen. */
    let tried = 0
    for (const answer of asked) {
      for (const { number, retries } of answer.attempts) {
        most += 1 + (isUnwritten ? maxRetries : retries)
        least += endedByItself(answer, number) ? 1 + retries : retries
        tried += retries
      }
    }
    if (calls > most)
      tell('calls', `${question}: ${calls} calls, where the log has ${most} at most`)
    const missing = least - calls
    if (missing <= 0) continue
    if (missing <= Math.min(tried, unseen.left)) unseen.left -= missing
    else tell('calls', `${question}: ${calls} calls, where the log has ${least}`)
  }
}

function endedByItself({ attempts, ends }: Answer, number: number): boolean {
  const end = ends[0]
  if (!end || number !== attempts.at(-1)?.number) return false
  if (end.type === 'error') return end.code !== 'INTERNAL' && end.code !== 'UPSTREAM_TIMEOUT'
  return end.finishReason !== 'cancelled' && end.finishReason !== 'interrupted'
}
