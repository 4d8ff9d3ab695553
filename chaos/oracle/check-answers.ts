/** One turn per id, each ended once, one at a time, and nothing of an answer after its end (G5, G6, G7). */
import type { ObservedSession } from '../observations.ts'
import type { Step } from '../schedule.ts'
import type { Tell } from './finding.ts'
import type { Answer, History } from './history.ts'
import type { SaidBy } from './said.ts'

/** Half of the shortest time-out of the stage's server. */
const longestStarvedMs = 500

interface Known {
  history: History
  said: SaidBy
  happened: ReadonlySet<Step['do']>
  starvedMs: number
  tell: Tell
}

export function checkAnswers({ log, given }: ObservedSession, known: Known): void {
  const { history, tell } = known
  const asked = new Set<string>()
  for (const event of log) {
    if (event.type !== 'query' || event.state !== 'queued') continue
    if (asked.has(event.messageId)) tell('turn twice', `query ${event.messageId} is there twice`)
    asked.add(event.messageId)
  }
  for (const [queryId, wanted] of history.wanted) {
    const begun = [...history.answers.values()].filter((answer) => answer.queryId === queryId)
    if (begun.length > wanted) tell('turn twice', `${queryId}: ${begun.length} for ${wanted}`)
    if (begun.length < wanted) tell('stuck', `${queryId}: ${begun.length} turns for ${wanted}`)
  }
  const ended = new Map<string, number>()
  let freeFrom = 0
  for (const answer of history.answers.values()) {
    const { answerId, beganSeq, ends } = answer
    if (ends.length > 1) tell('turn twice', `answer ${answerId} has ${ends.length} ends`)
    if (beganSeq < freeFrom) tell('two at once', `answer ${answerId} began before another's end`)
    const end = ends[0]
    freeFrom = end?.seq ?? Number.POSITIVE_INFINITY
    if (end) ended.set(answerId, end.seq)
    else tell('stuck', `answer ${answerId} has no end`)
    checkError(answer, known)
  }
  for (const { reader, events } of [{ reader: 'log', events: log }, ...given]) {
    for (const event of events) {
      if (event.type !== 'delta' || event.seq < (ended.get(event.messageId) ?? Infinity)) continue
      tell('after the end', `${reader} was given delta ${event.seq} of ${event.messageId}`)
    }
  }
}

/** An answer fails for a reason: the model's, or because the process was cut too often. */
function checkError({ answerId, question, attempts, ends }: Answer, known: Known): void {
  const error = ends[0]
  if (error?.type !== 'error') return
  const { said, happened, starvedMs, tell } = known
  if ((said.get(question) ?? []).some(({ call }) => call.fault)) return
  if (error.code === 'INTERNAL' && attempts.length >= 3) return
  // One that was frozen, or given no processor, finds that its time is up.
  const stoodStill = happened.has('freeze') || starvedMs > longestStarvedMs
  if (error.code === 'UPSTREAM_TIMEOUT' && stoodStill) return
  tell('unexplained', `answer ${answerId} failed with ${error.code}, and nothing was wrong`)
}
