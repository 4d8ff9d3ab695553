import { expect, test } from 'vitest'
import { loadingSnapshot, type Message, type SessionSnapshot } from '../../client/index.ts'
import { quietSession } from './quiet-session.ts'

const question: Message = {
  messageId: 'q',
  role: 'user',
  content: 'Why?',
  timestamp: '2026-11-22T22:00:00.000Z',
  seq: 2,
  state: 'running',
}
const begun: Message = { ...question, messageId: 'a', role: 'assistant', state: 'thinking', seq: 3 }

/** While this answer runs. */
function running(answer: Message, more: Partial<SessionSnapshot> = {}): SessionSnapshot {
  return {
    ...loadingSnapshot,
    phase: 'live',
    items: [
      { kind: 'message', key: 'q', message: question },
      { kind: 'message', key: 'a', message: answer },
    ],
    running: answer,
    outgoing: [],
    ...more,
  }
}

/** A view that the test moves, and what the page sees of it. */
function watch(first: SessionSnapshot) {
  let now = first
  const quiet = quietSession({ getSnapshot: () => now, subscribe: () => () => {} })
  return (next: SessionSnapshot) => {
    now = next
    return quiet.getSnapshot()
  }
}

const said = (content: string): Message => ({ ...begun, state: 'streaming', content })

/** As the fold gives it: what did not change is the same object. */
function then(before: SessionSnapshot, answer: Message, more: Partial<SessionSnapshot> = {}) {
  const [first] = before.items
  if (!first) throw new Error('there is no question')
  const items = [first, { kind: 'message', key: 'a', message: answer } as const]
  return { ...before, items, running: answer, outgoing: [...before.outgoing], ...more }
}

test('R10: text that grows is nothing new for the page around it', () => {
  const first = running(said('So'))
  const see = watch(first)
  let last = first
  for (const text of ['So it', 'So it is', 'So it is so.']) {
    last = then(last, said(text))
    expect(see(last)).toBe(first)
  }
})

test('R10: the first words, another state and the end are', () => {
  const first = running({ ...begun, content: '' })
  const see = watch(first)
  const words = then(first, said('So'))
  expect(see(words)).toBe(words)
  const more = then(words, said('So it'))
  expect(see(more)).toBe(words)
  const restarted = then(more, { ...said('So it'), state: 'restarting' })
  expect(see(restarted)).toBe(restarted)
  const ended = then(restarted, { ...said('So it is.'), state: 'done' }, { running: null })
  expect(see(ended)).toBe(ended)
})

test('R10: whatever else changes is shown, with the text as it is then', () => {
  const first = running(said('So'))
  const see = watch(first)
  let last = first
  const changes: Partial<SessionSnapshot>[] = [
    { hasEarlier: true },
    { waiting: [{ ...question, messageId: 'w', state: 'queued' }] },
    { phase: 'gone' },
  ]
  for (const change of changes) {
    last = then(last, said(`${last.running?.content} and`), change)
    expect(see(last)).toBe(last)
  }
  const rated = then(last, said('So and'))
  const other = {
    ...rated,
    items: rated.items.map((item) => (item.key === 'q' ? { ...item } : item)),
  }
  expect(see(other)).toBe(other)
  const longer = { ...other, items: other.items.slice(1) }
  expect(see(longer)).toBe(longer)
})
