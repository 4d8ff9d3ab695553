/** What became of each query, by the log: its answers, their attempts and ends. A fold of the oracle's own. */
import type { ErrorEvent, ResponseEvent, SessionEvent } from '../../src/core/events.ts'

export interface Attempt {
  number: number
  begun: 'thinking' | 'restarting' | 'continuing'
  /** Tries after the first that were announced. */
  retries: number
}

export interface Answer {
  answerId: string
  queryId: string
  /** What was asked when it began. */
  question: string
  beganSeq: number
  attempts: Attempt[]
  ends: (ResponseEvent | ErrorEvent)[]
}

export interface History {
  /** By id, in the order in which they began. */
  answers: Map<string, Answer>
  /** By query: how many turns it is good for. */
  wanted: Map<string, number>
}

export function historyOf(log: readonly SessionEvent[]): History {
  const answers = new Map<string, Answer>()
  const wanted = new Map<string, number>()
  const questions = new Map<string, string>()
  const want = (queryId: string, more: number) =>
    wanted.set(queryId, (wanted.get(queryId) ?? 0) + more)
  for (const event of log) {
    switch (event.type) {
      case 'query':
        if (event.state === 'queued') want(event.messageId, 1)
        if (event.state === 'withdrawn') want(event.messageId, -1)
        if (event.state === 'queued' || event.state === 'edited') {
          questions.set(event.messageId, event.content)
        }
        break
      case 'command': {
        const target = event.args?.messageId
        if (typeof target !== 'string') break
        if (event.name === 'regenerate') want(target, 1)
        // Of an answer it is a stop; of a query it takes back a new answer that waits.
        if (event.name === 'cancel' && !answers.has(target)) want(target, -1)
        break
      }
      case 'status': {
        const { answerId, messageId: queryId, attempt: number = 1, state } = event
        // What it thinks aloud is no beginning.
        if (!answerId || !queryId || event.reasoning) break
        if (state === 'thinking') {
          const question = questions.get(queryId) ?? ''
          const begun: Attempt = { number, begun: state, retries: 0 }
          const answer = { answerId, queryId, question, beganSeq: event.seq, ends: [] }
          answers.set(answerId, { ...answer, attempts: [begun] })
        }
        const attempts = answers.get(answerId)?.attempts
        if (state === 'restarting' || state === 'continuing') {
          attempts?.push({ number, begun: state, retries: 0 })
        }
        const now = attempts?.at(-1)
        if (state === 'retrying' && now) now.retries++
        break
      }
      case 'response':
        answers.get(event.messageId)?.ends.push(event)
        break
      case 'error':
        answers.get(event.answerId ?? '')?.ends.push(event)
        break
    }
  }
  return { answers, wanted }
}
