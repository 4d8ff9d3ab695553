/** Where a message is shown before it is in the conversation: in one place, whatever its state. */
import { expect, test } from 'vitest'
import { loadingSnapshot, type OutgoingMessage } from '../../client/index.ts'
import type { Message } from '../../core/messages.ts'
import { pendingMessages } from './pending-messages.ts'

const query = (messageId: string): Message => ({
  messageId,
  role: 'user',
  content: messageId,
  timestamp: '2030-01-01T00:00:00.000Z',
  seq: 1,
  state: 'queued',
})
const answer: Message = { ...query('answer'), role: 'assistant', state: 'streaming' }
const outgoing = (id: string, state: OutgoingMessage['state'] = 'sending'): OutgoingMessage => ({
  id,
  content: id,
  state,
})
const idsOf = ({ pending, queued }: ReturnType<typeof pendingMessages>) => ({
  pending: pending.map((one) => (one.kind === 'next' ? one.message.messageId : one.message.id)),
  queued: queued.map(({ id }) => id),
})

test('while nothing runs, the next query stands in the conversation and the others wait', () => {
  const snapshot = {
    ...loadingSnapshot,
    waiting: [query('a'), query('b')],
    outgoing: [outgoing('c')],
  }
  expect(idsOf(pendingMessages(snapshot, null, true))).toEqual({
    pending: ['a', 'c'],
    queued: ['b'],
  })
})

test('while an answer runs, everything waits in the queue but what was refused', () => {
  const snapshot = {
    ...loadingSnapshot,
    running: answer,
    waiting: [query('a')],
    outgoing: [outgoing('b'), outgoing('c', 'refused')],
  }
  expect(idsOf(pendingMessages(snapshot, null, true))).toEqual({
    pending: ['c'],
    queued: ['a', 'b'],
  })
})

test('the first message of a new session is shown once, whoever shows it', () => {
  const first = { sessionId: 's', moving: false, message: outgoing('a') }
  const places = [
    loadingSnapshot,
    { ...loadingSnapshot, outgoing: [outgoing('a')] },
    { ...loadingSnapshot, waiting: [query('a')] },
  ]
  for (const snapshot of places) {
    expect(idsOf(pendingMessages(snapshot, first, true))).toEqual({ pending: ['a'], queued: [] })
  }
  const items = [{ kind: 'message', key: 'a', message: query('a') } as const]
  expect(idsOf(pendingMessages({ ...loadingSnapshot, items }, first, true)).pending).toEqual([])
})

test('the first message says that it waits for the network where it does', () => {
  const first = { sessionId: null, moving: false, message: outgoing('a') }
  const [shown] = pendingMessages(loadingSnapshot, first, false).pending
  expect(shown?.message.state).toBe('waiting-for-network')
})
