import { expect, test } from 'vitest'
import { newGuest, newSession, openPeer } from '../testing/socket-peer.ts'
import { openTestServer } from '../testing/test-server.ts'
import { eventFrames, prefixOfStarted } from './event-frame.ts'

const event = {
  id: 'e-1',
  seq: 1,
  sessionId: 's',
  type: 'notification',
  level: 'info',
  content: 'Hello',
  timestamp: '2026-01-01T00:00:00.000Z',
} as const

test('a frame of an event is the one that tRPC writes', () => {
  const prefix = prefixOfStarted('{"id":7,"jsonrpc":"2.0","result":{"type":"started"}}')
  const frames: string[] = []
  const write = eventFrames(prefix ?? '', (frame) => frames.push(frame))
  write(event)
  expect(JSON.parse(frames[0] ?? '')).toEqual({
    id: 7,
    jsonrpc: '2.0',
    result: { type: 'data', id: 'e-1', data: { id: 'e-1', data: event } },
  })
})

test.each([
  ['7', 'plain', true],
  ['"ä"', 'plain', false],
  ['7', 'größer', false],
])('id %s and text %s: ASCII is said where it is so', (id, content, expected) => {
  const said: boolean[] = []
  const write = eventFrames(`{"id":${id},"result":`, (_frame, isAscii) => said.push(isAscii))
  write({ ...event, content })
  expect(said).toEqual([expected])
})

test.each(['{"id":7,"result":{"type":"stopped"}}', '{"id":7,"result":{"type":"data","data":1}}'])(
  'no other frame announces a subscription: %s',
  (frame) => {
    expect(prefixOfStarted(frame)).toBeNull()
  },
)

test('two subscriptions of one socket, announced together, each get their own frames', async () => {
  await using server = await openTestServer()
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const sessions = [await newSession(peer), await newSession(peer)]
  const calls = sessions.map((sessionId, index) => ({
    id: `events-${index}`,
    method: 'subscription',
    params: { path: 'session.events', input: { sessionId } },
  }))
  peer.send(calls)
  for (const [index, sessionId] of sessions.entries()) {
    const first = await peer.until(
      (frame) => frame.id === `events-${index}` && frame.result?.type === 'data',
    )
    expect(first.result?.data).toMatchObject({ data: { seq: 1, sessionId } })
  }
})
