/** The scenarios, at their full size and at the size that only shows that they work. */

import { stores } from '../subjects.ts'
import { abuse } from './abuse.ts'
import { dropped } from './dropped.ts'
import { flood } from './flood.ts'
import { idle } from './idle.ts'
import { paced } from './paced.ts'
import { paused } from './paused.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [
  paced('paced-200', { sessions: 200, windowS: 10 }),
  paced('paced-1000', { sessions: 1000, windowS: 10 }),
  flood('flood', { sessions: 50, tokens: 10_000 }),
  idle('idle', { connections: 5000 }),
  paused('paused', { sessions: 50, tokens: 200, answers: 50 }),
  dropped('dropped', { sessions: 500, answerS: 12 }),
  paced('redis-paced', { sessions: 300, windowS: 10, subjects: stores }),
  flood('redis-flood', { sessions: 50, tokens: 10_000, subjects: stores }),
  abuse('abuse', { users: 8, windowS: 30 }),
]

export const quickScenarios: readonly Scenario[] = [
  paced('paced-200', { sessions: 10, windowS: 1 }),
  paced('paced-1000', { sessions: 20, windowS: 1 }),
  flood('flood', { sessions: 5, tokens: 1000 }),
  idle('idle', { connections: 50 }),
  paused('paused', { sessions: 3, tokens: 50, answers: 2 }),
  dropped('dropped', { sessions: 10, answerS: 3 }),
  paced('redis-paced', { sessions: 10, windowS: 1, subjects: stores }),
  flood('redis-flood', { sessions: 5, tokens: 1000, subjects: stores }),
  abuse('abuse', { users: 2, windowS: 1 }),
]
