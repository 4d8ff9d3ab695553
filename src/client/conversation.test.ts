import { expect, test } from 'vitest'
import type { TranscriptItem } from '../core/folds/transcript.ts'
import type { Message } from '../core/messages.ts'
import { Conversation, type ConversationLine } from './conversation.ts'

const timestamp = '2026-01-01T00:00:00.000Z'

function said(messageId: string, rest: Partial<Message>): TranscriptItem {
  const base = { messageId, content: messageId, timestamp, seq: 1, state: 'done' } as const
  return { kind: 'message', key: messageId, message: { ...base, role: 'user', ...rest } }
}
const asked = (id: string, replaces?: string) => said(id, replaces ? { replaces } : {})
const answered = (id: string, replyTo: string) => said(id, { role: 'assistant', replyTo })
const noticed = (id: string): TranscriptItem => ({
  kind: 'notice',
  key: id,
  notice: {
    id,
    seq: 1,
    sessionId: 's',
    type: 'notification',
    level: 'info',
    content: id,
    timestamp,
  },
})

/** As one reads it: `q1: a1 a2`, with `(1/2)` where there are several wordings. */
function read({ entries, current }: ConversationLine): string[] {
  const lines = entries.map((entry) => {
    if (entry.kind === 'notice') return entry.key
    const { key, versions, answers } = entry
    const place = versions.length > 1 ? ` (${versions.indexOf(key) + 1}/${versions.length})` : ''
    return `${key}${place}:${answers.map(({ messageId }) => ` ${messageId}`).join('')}`
  })
  return current ? lines : [...lines, 'left']
}

test('A5: answers stand under their question, wherever in the log they were made', () => {
  const items = [
    asked('q1'),
    answered('a1', 'q1'),
    noticed('n1'),
    asked('q2'),
    answered('a2', 'q2'),
    answered('a1b', 'q1'),
    noticed('n2'),
  ]
  expect(read(new Conversation().line({ items }))).toEqual(['q1: a1 a1b', 'n1', 'q2: a2', 'n2'])
})

const edited = [
  asked('q1'),
  answered('a1', 'q1'),
  asked('q2'),
  answered('a2', 'q2'),
  asked('q2b', 'q2'),
  answered('a2b', 'q2b'),
  asked('q3'),
  answered('a3', 'q3'),
]

test('A6: a question asked again folds away its earlier wording and what followed it', () => {
  const conversation = new Conversation()
  expect(read(conversation.line({ items: edited }))).toEqual(['q1: a1', 'q2b (2/2): a2b', 'q3: a3'])
  expect(read(conversation.line({ items: edited, lookedAt: 'q2' }))).toEqual([
    'q1: a1',
    'q2 (1/2): a2',
    'left',
  ])
})

test('A6: lines within a line that was left can be looked at too', () => {
  const items = [...edited, asked('q1b', 'q1'), answered('a1b', 'q1b'), asked('q4')]
  const conversation = new Conversation()
  expect(read(conversation.line({ items }))).toEqual(['q1b (2/2): a1b', 'q4:'])
  expect(read(conversation.line({ items, lookedAt: 'q1' }))).toEqual([
    'q1 (1/2): a1',
    'q2b (2/2): a2b',
    'q3: a3',
    'left',
  ])
  expect(read(conversation.line({ items, lookedAt: 'q2' }))).toEqual([
    'q1 (1/2): a1',
    'q2 (1/2): a2',
    'left',
  ])
})

test('A6: what is on its way stands where it will stand', () => {
  const pending = [{ id: 'q1b', replaces: 'q1' }]
  const line = new Conversation().line({ items: edited, asked: pending })
  expect(read(line)).toEqual(['q1b (2/2):'])
  const plain = new Conversation().line({ items: edited, asked: [{ id: 'q4' }] })
  expect(read(plain).at(-1)).toBe('q4:')
})

test('A6: two tabs that asked the same question again make three wordings', () => {
  const items = [...edited, asked('q2c', 'q2'), asked('q5')]
  expect(read(new Conversation().line({ items }))).toEqual(['q1: a1', 'q2c (3/3):', 'q5:'])
})

test('A6: where the earlier wording is not loaded, what was said after it is folded away all the same', () => {
  const items = [asked('q9'), answered('a9', 'q9'), ...edited.slice(4)]
  expect(read(new Conversation().line({ items }))).toEqual(['q2b: a2b', 'q3: a3'])
})

test('an answer whose question is not loaded stands for itself', () => {
  const items = edited.slice(1, 4)
  expect(read(new Conversation().line({ items }))).toEqual(['q1: a1', 'q2: a2'])
})

test('C3: what did not change is the same object', () => {
  const conversation = new Conversation()
  const before = conversation.line({ items: edited }).entries
  const after = conversation.line({ items: [...edited, answered('a3b', 'q3')] }).entries
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
  expect(after[0]).toBe(before[0])
  expect(after[1]).toBe(before[1])
  expect(after[2]).not.toBe(before[2])
})
