/** The oracle can fail: it finds nothing in a good run, and each thing that is made wrong with it. */
import { describe, expect, test } from 'vitest'
import { type EventBody, numbered, type SessionEvent } from '../../src/core/events.ts'
import type { Observations } from '../observations.ts'
import { type FindingKind, findingKinds } from './finding.ts'
import { judge } from './judge.ts'
import { makeSample, type Sample } from './sample.ts'

type Spoil = (sample: Sample) => Observations | undefined

const place = (events: readonly SessionEvent[], seq: number) =>
  events.findIndex((event) => event.seq === seq)
/** Of the log, and of what all readers were given. */
const everywhere = ({ log, given }: Sample) => [log, ...given.map(({ events }) => events)]
const bare = ({ given }: Sample) => {
  const events = given[1]?.events
  if (!events) throw new Error('there is no such reader')
  return events
}
const drop = (events: SessionEvent[], seq: number) => events.splice(place(events, seq), 1)
const change = (events: SessionEvent[], seq: number, fields: object) => {
  const at = place(events, seq)
  events[at] = { ...events[at], ...fields } as SessionEvent
}
const event = (seq: number, body: object) =>
  numbered({ content: '', timestamp: 'now', ...body } as EventBody, {
    sessionId: 's',
    epoch: 'e',
    seq,
  })
/** As the last event, everywhere. */
const append = (sample: Sample, body: object) => {
  for (const events of everywhere(sample)) events.push(event(27, body))
  return ended(sample, 27)
}
const ended = (sample: Sample, lastSeq: number): Observations => {
  const whole = sample.observations()
  return { ...whole, sessions: whole.sessions.map((session) => ({ ...session, lastSeq })) }
}
const lateDelta = { type: 'delta', replyTo: 'b', messageId: 'b1', attempt: 1, offset: 11 }

const spoilt: [string, FindingKind, Spoil][] = [
  ['an event that a reader was not given', 'lost', (it) => void drop(bare(it), 12)],
  ['a piece of text that a reader was not given', 'lost', (it) => void drop(bare(it), 6)],
  [
    'a reader that was told to forget',
    'lost',
    (it) => {
      bare(it).splice(3, 0, { ...event(0, {}), type: 'reset', reason: 'trimmed' } as SessionEvent)
      return undefined
    },
  ],
  ['an end of the log that is not there', 'lost', (it) => ended(it, 30)],
  ['an event given twice', 'doubled', (it) => void bare(it).splice(5, 0, ...bare(it).slice(4, 5))],
  [
    'two events in the wrong order',
    'out of order',
    (it) => {
      bare(it).splice(1, 2, ...bare(it).slice(1, 3).reverse())
      return undefined
    },
  ],
  [
    'an event that is another one at the end',
    'changed',
    (it) => void change(it.log, 8, { content: 'x' }),
  ],
  [
    'a query that was refused and is there',
    'changed',
    (it) => {
      const whole = it.observations()
      const refusals = [{ id: 'a', reason: 'INVALID_INPUT' }]
      return { ...whole, sessions: whole.sessions.map((session) => ({ ...session, refusals })) }
    },
  ],
  [
    'a stop whose answer ended elsewhere',
    'changed',
    (it) => {
      for (const events of everywhere(it)) change(events, 23, { finishReason: 'stop' })
      return undefined
    },
  ],
  [
    'numbers that nothing has',
    'hole',
    (it) => void everywhere(it).map((events) => drop(events, 25)),
  ],
  ['an event that is gone at the end', 'not kept', (it) => void drop(it.log, 24)],
  [
    'an acknowledged query that is gone',
    'not kept',
    (it) => {
      it.receipts.push({ kind: 'query', id: 'z', content: 'z', seq: 20 })
      return undefined
    },
  ],
  [
    'a rating that is gone',
    'not kept',
    (it) => {
      it.receipts.push({ kind: 'feedback', seq: 24, messageId: 'a1', rating: 'up' })
      return undefined
    },
  ],
  [
    'text that was seen and is not in the answer',
    'not kept',
    (it) => {
      for (const events of everywhere(it)) change(events, 23, { content: '' })
      return undefined
    },
  ],
  [
    'text that was seen before a crash and was not gone on from',
    'not kept',
    (it) => {
      const request = it.requests[5]
      if (!request) throw new Error('there is no such request')
      const { prefix } = request
      request.prefix = null
      for (const events of everywhere(it)) {
        const end = events[place(events, 18)]
        change(events, 18, { content: end?.content.slice(prefix?.length) })
      }
      return undefined
    },
  ],
  [
    'a query that is in the log twice',
    'turn twice',
    (it) => append(it, { type: 'query', messageId: 'a', priority: 'normal', state: 'queued' }),
  ],
  [
    'a query with two turns',
    'turn twice',
    (it) =>
      append(it, { type: 'status', state: 'thinking', messageId: 'a', answerId: 'a2', attempt: 1 }),
  ],
  [
    'an answer with two ends',
    'turn twice',
    (it) =>
      append(it, {
        type: 'error',
        messageId: 'a',
        answerId: 'a1',
        code: 'INTERNAL',
        retryable: true,
      }),
  ],
  [
    'a query acknowledged at two places',
    'turn twice',
    (it) => {
      it.receipts.push({ kind: 'query', id: 'a', content: 'a', seq: 8 })
      return undefined
    },
  ],
  [
    'a turn that begins while another runs',
    'two at once',
    (it) => {
      const begun = {
        type: 'status',
        state: 'thinking',
        messageId: 'c',
        answerId: 'c1',
        attempt: 1,
      }
      for (const events of everywhere(it)) {
        drop(events, 13)
        change(events, 10, {})
        const at = place(events, 12)
        events.splice(at, 0, event(11.5, begun))
      }
      return undefined
    },
  ],
  [
    'a piece of an attempt that another one took the place of',
    'two writers',
    (it) => {
      bare(it).splice(10, 0, {
        ...event(10.5, lateDelta),
        messageId: 'a1',
        attempt: 1,
      } as SessionEvent)
      return undefined
    },
  ],
  [
    'an answer that ends by an attempt that was taken over',
    'two writers',
    (it) => {
      for (const events of everywhere(it)) change(events, 18, { attempt: 1 })
      return undefined
    },
  ],
  [
    'an append under a lease that another one has',
    'two writers',
    (it) => ({ ...it.observations(), doubled: ['s: two appended under 3'] }),
  ],
  [
    'a turn that was not the next',
    'wrong turn',
    (it) => {
      for (const events of everywhere(it)) change(events, 9, { priority: 'normal' })
      return undefined
    },
  ],
  [
    'a session that runs at the end',
    'stuck',
    (it) => {
      const whole = it.observations()
      const state = 'running'
      return { ...whole, sessions: whole.sessions.map((session) => ({ ...session, state })) }
    },
  ],
  [
    'a query that was never answered',
    'stuck',
    (it) => append(it, { type: 'query', messageId: 'd', priority: 'normal', state: 'queued' }),
  ],
  [
    'an answer without an end',
    'stuck',
    (it) => void everywhere(it).map((events) => drop(events, 23)),
  ],
  [
    'a caller that was never answered',
    'stuck',
    (it) => ({
      ...it.observations(),
      broken: ['stuck: not answered'],
    }),
  ],
  [
    'an answer that is no script',
    'wrong text',
    (it) => {
      for (const events of everywhere(it)) change(events, 12, { content: 'Something else' })
      return undefined
    },
  ],
  [
    'an answer that is not whole',
    'wrong text',
    (it) => {
      for (const events of everywhere(it)) {
        const end = events[place(events, 12)]
        change(events, 12, { content: end?.content.slice(0, -1) })
      }
      return undefined
    },
  ],
  [
    'an answer of an attempt that failed',
    'wrong text',
    (it) => {
      const whole = it.observations()
      const scripts = new Map(
        [...whole.scripts].map(([question, script]) => {
          const calls = script.calls.map((call) => ({ ...call, fault: { kind: 'reset' as const } }))
          return [question, { ...script, calls }]
        }),
      )
      return { ...whole, scripts }
    },
  ],
  [
    'a piece that was never said',
    'wrong text',
    (it) => void change(bare(it), 11, { content: 'Something' }),
  ],
  [
    'a piece after a stop',
    'after the end',
    (it) => {
      bare(it).push(event(27, { ...lateDelta, content: ' ' }))
      return ended(it, 26)
    },
  ],
  [
    'an error without a cause',
    'unexplained',
    (it) => {
      const whole = it.observations()
      const failed = { type: 'error', answerId: 'a1', messageId: 'a', code: 'UPSTREAM_TIMEOUT' }
      for (const events of everywhere(it)) change(events, 12, failed)
      const calls = [{ firstTokenMs: 0, tokensPerSecond: 100 }]
      const scripts = new Map(
        [...whole.scripts].map(([question, script]) => [question, { ...script, calls }]),
      )
      return { ...whole, scripts }
    },
  ],
  [
    'a call that no attempt accounts for',
    'calls',
    (it) => {
      const question = it.requests[0]?.question ?? ''
      it.requests.push({ number: 9, question, prefix: null })
      return undefined
    },
  ],
  ['a retry that was announced and not made', 'calls', (it) => void it.requests.splice(3, 2)],
  ['a deed that threw', 'broken', (it) => ({ ...it.observations(), broken: ['ask: boom'] })],
]

/** The rule of docs/spec.md that is broken by what is found. */
const ruleOf: Record<FindingKind, string> = {
  lost: 'X1',
  doubled: 'X1',
  'out of order': 'X1',
  changed: 'X1',
  hole: 'X1',
  'turn twice': 'X2',
  'two at once': 'X2',
  'wrong turn': 'X2',
  'wrong text': 'X3, X4',
  calls: 'X5',
  unexplained: 'X6',
  'not kept': 'X7',
  'after the end': 'X7',
  stuck: 'X8',
  'two writers': 'X9',
  broken: 'X8',
}

describe('chaos: the oracle', () => {
  test('finds nothing where nothing is wrong', () => {
    expect(judge(makeSample().observations())).toEqual([])
  })

  const cases = spoilt.map(([what, kind, spoil]) => ({ rule: ruleOf[kind], what, kind, spoil }))
  test.each(cases)('$rule: finds $what: $kind', ({ kind, spoil }) => {
    const sample = makeSample()
    const observations = spoil(sample) ?? sample.observations()
    const found = judge(observations)
    expect(found.map((finding) => finding.kind)).toContain(kind)
  })

  test('is shown each kind of finding by these tests', () => {
    const shown = new Set(spoilt.map(([, kind]) => kind))
    expect(findingKinds.filter((kind) => !shown.has(kind))).toEqual([])
  })

  test('lets pass a time-out of processes that were given no processor', () => {
    const spoil = spoilt.find(([name]) => name === 'an error without a cause')?.[2]
    const sample = makeSample()
    const failed = spoil?.(sample) ?? sample.observations()
    const unexplained = (starvedMs: number) =>
      judge({ ...failed, starvedMs }).filter(({ kind }) => kind === 'unexplained').length
    expect([0, 500, 501].map(unexplained)).toEqual([1, 1, 0])
  })

  test('X5: lets pass as many retries that never reached the model as kept connections were closed', () => {
    const calls = (closedKept: number, missing: number) => {
      const sample = makeSample()
      sample.requests.splice(3, missing)
      const found = judge({ ...sample.observations(), closedKept })
      return found.filter(({ kind }) => kind === 'calls').length
    }
    // Of the calls of one question, one fewer than the log has.
    expect([calls(0, 2), calls(1, 2)]).toEqual([1, 0])
    // Two fewer, and one was tried again: a call that nothing announced is missing too.
    expect([calls(0, 3), calls(5, 3)]).toEqual([1, 1])
  })

  test('lets pass what a fault excuses, and nothing more', () => {
    const sample = makeSample()
    const question = sample.requests[0]?.question ?? ''
    // A `retrying` that a full disk did not take.
    sample.requests.push({ number: 9, question, prefix: null })
    sample.happened.add('full-disk')
    expect(judge(sample.observations())).toEqual([])
  })
})
