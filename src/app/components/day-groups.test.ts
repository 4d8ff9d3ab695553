/** Days as people count them, in their own time zone. */
import { expect, test } from 'vitest'
import type { Session } from '../../client/index.ts'
import en from '../i18n/en.ts'
import { formatsFor } from '../i18n/formats.ts'
import { groupByDay } from './day-groups.ts'

const now = new Date(2030, 5, 15, 0, 30)
const at = (sessionId: string, time: Date): Session => ({
  sessionId,
  title: sessionId,
  model: 'm',
  createdAt: time.toISOString(),
  lastActivity: time.toISOString(),
  state: 'idle',
  lastEventId: 'e-1',
})

test('midnight parts the days, not 24 hours; the order stays', () => {
  const groups = groupByDay(
    [
      at('a', new Date(2030, 5, 15, 0, 10)),
      at('b', new Date(2030, 5, 14, 23, 50)),
      at('c', new Date(2030, 5, 14, 1)),
      at('d', new Date(2030, 5, 9, 12)),
      at('e', new Date(2030, 4, 20, 12)),
      at('f', new Date(2030, 1, 2, 12)),
    ],
    now.getTime(),
    { ...formatsFor('en'), lastDays: en.sessions.lastDays },
  )
  expect(groups.map(({ sessions }) => sessions.map(({ sessionId }) => sessionId))).toEqual([
    ['a'],
    ['b', 'c'],
    ['d'],
    ['e'],
    ['f'],
  ])
  expect(groups.slice(0, 4).map(({ label }) => label)).toEqual([
    'Today',
    'Yesterday',
    'Last 7 days',
    'Last 30 days',
  ])
})
