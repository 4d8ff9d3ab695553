/** Unread marks: what came after one looked, and nothing that was there before this browser knew it. */
import { expect, test } from 'vitest'
import { getSeen, markSeen, meetSessions, unreadOf } from './seen-sessions.ts'

const at = (sessionId: string, minute: number) => ({
  sessionId,
  lastActivity: `2030-01-01T00:0${minute}:00.000Z`,
})
const unread = (sessions: ReturnType<typeof at>[], shown: string | null = null) => [
  ...unreadOf(sessions, getSeen(), shown),
]

test('unread is what came after it was seen, but in the session that is shown', () => {
  expect(unread([at('a', 1)])).toEqual([])
  meetSessions([at('a', 1), at('b', 1)])
  expect(unread([at('a', 1), at('b', 1)])).toEqual([])
  expect(unread([at('a', 2), at('b', 1)])).toEqual(['a'])
  expect(unread([at('a', 2), at('b', 2)], 'a')).toEqual(['b'])
  meetSessions([at('a', 2)])
  expect(unread([at('a', 2)])).toEqual(['a'])
  markSeen(at('a', 2))
  expect(unread([at('a', 2)])).toEqual([])
  // A list that is older than what was seen.
  markSeen(at('a', 1))
  expect(unread([at('a', 2)])).toEqual([])
})
