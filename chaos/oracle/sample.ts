/**
 * Observations of a run in which nothing is wrong, made by hand: an answer that was begun again after a crash, one
 * that was gone on with, one that was stopped. For the test of the oracle, which spoils them.
 */
import { type EventBody, numbered, type SessionEvent } from '../../src/core/events.ts'
import type { GivenTo, ModelRequest, Observations, Receipt } from '../observations.ts'
import type { Script } from '../schedule.ts'
import { textOf } from '../scripts.ts'

type Part<T extends EventBody['type']> = Partial<Extract<EventBody, { type: T }>>

const call = { firstTokenMs: 0, tokensPerSecond: 100 }
const script: Script = {
  says: 'own',
  tokens: 6,
  calls: [{ ...call, fault: { kind: 'reset' } }, call, call],
}
const questions = { a: 'a-v0-0000', b: 'b-v0-0000', c: 'c-v0-0000' }

/** The log and its pieces are fresh each time: a test may change them. */
export interface Sample {
  log: SessionEvent[]
  /** What one who never left was given: with the pieces that are no more in the log. */
  given: { reader: string; events: SessionEvent[] }[]
  requests: ModelRequest[]
  receipts: Receipt[]
  happened: Set<'kill' | 'freeze' | 'full-disk'>
  observations(): Observations
}

export function makeSample(): Sample {
  const seen: SessionEvent[] = []
  const timestamp = '2026-01-01T00:00:00.000Z'
  const add = (body: object) => {
    const place = { sessionId: 's', epoch: 'e', seq: seen.length + 1 }
    seen.push(numbered({ timestamp, content: '', ...body } as EventBody, place))
  }
  const query = (name: 'a' | 'b' | 'c', more: Part<'query'> = {}) =>
    add({
      type: 'query',
      messageId: name,
      priority: 'normal',
      state: 'queued',
      content: questions[name],
      ...more,
    })
  const status = (state: string, name: string, attempt = 1) =>
    add({ type: 'status', state, messageId: name, answerId: `${name}1`, attempt })
  const delta = (name: string, offset: number, content: string, attempt = 1) =>
    add({ type: 'delta', messageId: `${name}1`, replyTo: name, attempt, offset, content })
  const response = (name: string, content: string, more: Part<'response'> = {}) =>
    add({
      type: 'response',
      messageId: `${name}1`,
      replyTo: name,
      attempt: 1,
      model: 'm',
      finishReason: 'stop',
      content,
      ...more,
    })

  const first = textOf(questions.a, script, 1)
  const second = textOf(questions.a, script, 2)
  const forB = textOf(questions.b, script, 1)
  const forC = textOf(questions.c, script, 1)
  const moreC = textOf(questions.c, script, 2)
  add({ type: 'notification', level: 'info', content: 'Connected' })
  query('a') // 2
  status('thinking', 'a') // 3
  status('retrying', 'a') // 4
  status('streaming', 'a') // 5
  delta('a', 0, first.slice(0, 9)) // 6
  delta('a', 9, first.slice(9, 14)) // 7
  query('b') // 8
  query('c', { priority: 'high' }) // 9
  status('restarting', 'a', 2) // 10
  delta('a', 0, second.slice(0, 12), 2) // 11
  response('a', second, { attempt: 2 }) // 12
  status('thinking', 'c') // 13
  status('retrying', 'c') // 14
  delta('c', 0, forC.slice(0, 20)) // 15
  const base = forC.slice(0, 20).trimEnd()
  status('continuing', 'c', 2) // 16
  delta('c', base.length, moreC.slice(0, 8), 2) // 17
  response('c', base + moreC, { attempt: 2 }) // 18
  status('thinking', 'b') // 19
  status('retrying', 'b') // 20
  delta('b', 0, forB.slice(0, 11)) // 21
  add({ type: 'command', name: 'cancel', args: { messageId: 'b1' } }) // 22
  response('b', forB.slice(0, 11), { finishReason: 'cancelled' }) // 23
  status('stopped', 'b') // 24
  add({ type: 'feedback', messageId: 'a1', rating: 'up' }) // 25
  add({ type: 'status', state: 'idle' }) // 26

  const log = seen.filter(({ type }) => type !== 'delta')
  const given = ['near', 'bare'].map((reader) => ({ reader, events: structuredClone(seen) }))
  const request = (number: number, name: 'a' | 'b' | 'c', prefix: string | null = null) => ({
    number,
    question: questions[name],
    prefix,
  })
  const requests: ModelRequest[] = [
    request(1, 'a'),
    request(2, 'a'),
    request(3, 'a'),
    request(4, 'c'),
    request(5, 'c'),
    request(6, 'c', base),
    request(7, 'b'),
    request(8, 'b'),
  ]
  const receipts: Receipt[] = [
    { kind: 'query', id: 'a', content: questions.a, seq: 2 },
    { kind: 'query', id: 'b', content: questions.b, seq: 8 },
    { kind: 'query', id: 'b', content: questions.b, seq: 8 },
    { kind: 'command', name: 'cancel', seq: 22, outcome: 'cancelled', lastSeq: 23 },
    { kind: 'feedback', seq: 25, messageId: 'a1', rating: 'up' },
  ]
  const happened: Sample['happened'] = new Set(['kill'])
  return {
    log,
    given,
    requests,
    receipts,
    happened,
    observations: () => ({
      sessions: [
        {
          name: 's0',
          given: given satisfies GivenTo[],
          log,
          state: 'idle',
          lastSeq: 26,
          receipts,
          refusals: [{ id: 'd', reason: 'INVALID_INPUT' }],
        },
      ],
      requests,
      scripts: new Map(Object.values(questions).map((question) => [question, script])),
      happened,
      shared: false,
      starvedMs: 0,
      closedKept: 0,
      doubled: [],
      broken: [],
    }),
  }
}
