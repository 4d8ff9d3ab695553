/** What ran was what was next: high priority first, then in the order of arrival, never what is held (G6, Q1, Q3). */
import type { QueryEvent, SessionEvent } from '../../src/core/events.ts'
import type { Tell } from './finding.ts'

interface Waiting {
  queryId: string
  isHigh: boolean
  isHeld: boolean
  /** Number of its arrival. */
  seq: number
  /** By what it stands among those of its priority. */
  rank: number
}

export function checkQueue(log: readonly SessionEvent[], tell: Tell): void {
  const waiting = new Map<string, Waiting>()
  const answers = new Set<string>()
  for (const event of log) {
    if (event.type === 'query') applyQuery(waiting, event)
    if (event.type === 'command') {
      const target = event.args?.messageId
      if (typeof target !== 'string') continue
      const { seq } = event
      const turn = { queryId: target, isHigh: false, isHeld: false, seq, rank: seq }
      if (event.name === 'regenerate') waiting.set(target, turn)
      if (event.name === 'cancel' && !answers.has(target)) waiting.delete(target)
    }
    if (event.type === 'status' && event.state === 'thinking' && !event.reasoning) {
      const { messageId = '', answerId = '', seq } = event
      answers.add(answerId)
      const next = first(waiting)
      if (next?.queryId !== messageId) {
        tell('wrong turn', `${messageId} ran at ${seq}, and ${next?.queryId ?? 'none'} was next`)
      }
      waiting.delete(messageId)
    }
  }
}

function applyQuery(waiting: Map<string, Waiting>, event: QueryEvent): void {
  const { messageId: queryId, seq, state } = event
  const isHigh = event.priority === 'high'
  const turn = waiting.get(queryId)
  switch (state) {
    case 'queued':
      waiting.set(queryId, { queryId, isHigh, isHeld: false, seq, rank: seq })
      return
    case 'withdrawn':
      waiting.delete(queryId)
      return
    case 'held':
    case 'released':
      if (turn) waiting.set(queryId, { ...turn, isHeld: state === 'held' })
      return
    case 'edited':
      if (!turn || turn.isHigh === isHigh) return
      // Back to where it arrived, or behind those that are high already.
      waiting.set(queryId, { ...turn, isHigh, rank: isHigh ? seq : turn.seq })
      return
  }
}

function first(waiting: ReadonlyMap<string, Waiting>): Waiting | undefined {
  return [...waiting.values()]
    .filter(({ isHeld }) => !isHeld)
    .toSorted((a, b) => Number(b.isHigh) - Number(a.isHigh) || a.rank - b.rank)[0]
}
