/** Where a message is shown before it is in the conversation: in one place, whatever its state. */
import { expect, test } from 'vitest'
import type { Message } from '../../client/index.ts'
import { loadingSnapshot, type OutgoingMessage, type QueuedTurn } from '../../client/index.ts'
import { pendingMessages } from './pending-messages.ts'

const query = (messageId: string): Message => ({
  messageId,
  role: 'user',
  content: messageId,
  timestamp: '2030-01-01T00:00:00.000Z',
  seq: 1,
  state: 'queued',
})
const turn = (messageId: string, held = false): QueuedTurn => {
  return { messageId, kind: 'query', content: messageId, priority: 'normal', held, seq: 1 }
}
const waits = (...ids: string[]) => ({ waiting: ids.map(query), queue: ids.map((id) => turn(id)) })
const here = { connected: true, editing: null }
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
    ...waits('a', 'b'),
    outgoing: [outgoing('c')],
  }
  expect(idsOf(pendingMessages(snapshot, null, here))).toEqual({
    pending: ['a', 'c'],
    queued: ['b'],
  })
})

test('while an answer runs, everything waits in the queue but what was refused', () => {
  const snapshot = {
    ...loadingSnapshot,
    running: answer,
    ...waits('a'),
    outgoing: [outgoing('b'), outgoing('c', 'refused')],
  }
  expect(idsOf(pendingMessages(snapshot, null, here))).toEqual({
    pending: ['c'],
    queued: ['a', 'b'],
  })
})

test('the first message of a new session is shown once, whoever shows it', () => {
  const first = { sessionId: 's', message: outgoing('a') }
  const places = [
    loadingSnapshot,
    { ...loadingSnapshot, outgoing: [outgoing('a')] },
    { ...loadingSnapshot, ...waits('a') },
  ]
  for (const snapshot of places) {
    expect(idsOf(pendingMessages(snapshot, first, here))).toEqual({ pending: ['a'], queued: [] })
  }
  const items = [{ kind: 'message', key: 'a', message: query('a') } as const]
  expect(idsOf(pendingMessages({ ...loadingSnapshot, items }, first, here)).pending).toEqual([])
})

test('the first message says that it waits for the network where it does', () => {
  const first = { sessionId: null, message: outgoing('a') }
  const [shown] = pendingMessages(loadingSnapshot, first, { ...here, connected: false }).pending
  expect(shown?.message.state).toBe('waiting-for-network')
})

test('Q3: what is held stays in the queue, has no place, and is passed over', () => {
  const { waiting } = waits('a', 'b', 'c')
  const queue = [turn('a', true), turn('b'), turn('c')]
  const snapshot = { ...loadingSnapshot, waiting, queue }
  const quiet = pendingMessages(snapshot, null, here)
  expect(idsOf(quiet)).toEqual({ pending: ['b'], queued: ['a', 'c'] })
  expect(quiet.queued.map(({ standing }) => standing)).toEqual([
    { state: 'held' },
    { state: 'queued', place: 2 },
  ])
  const busy = pendingMessages({ ...snapshot, running: answer }, null, here)
  expect(busy.queued.map(({ standing }) => standing)).toEqual([
    { state: 'held' },
    { state: 'queued', place: 1 },
    { state: 'queued', place: 2 },
  ])
})

test('what is edited here stays in the queue, before the server holds it too', () => {
  const snapshot = { ...loadingSnapshot, ...waits('a', 'b') }
  expect(idsOf(pendingMessages(snapshot, null, { ...here, editing: 'a' }))).toEqual({
    pending: ['b'],
    queued: ['a'],
  })
})

test('a new answer that waits behind others is in the queue', () => {
  const regenerate: QueuedTurn = { ...turn('old'), kind: 'regenerate' }
  const snapshot = { ...loadingSnapshot, running: answer, queue: [regenerate, turn('a')] }
  expect(pendingMessages(snapshot, null, here).queued).toMatchObject([
    { id: 'old', kind: 'regenerate', standing: { place: 1 } },
    { id: 'a', kind: 'query', standing: { place: 2 } },
  ])
})
