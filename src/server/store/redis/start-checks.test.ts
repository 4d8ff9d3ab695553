/** What an operator is told of a Redis as the store is opened. */
import { expect, test } from 'vitest'
import { redisWarnings } from './start-checks.ts'

const good = {
  aof_enabled: '1',
  maxmemory: '1000000',
  maxmemory_policy: 'noeviction',
  role: 'master',
}
const warningsOf = (changed: Partial<typeof good>) =>
  redisWarnings(new Map(Object.entries({ ...good, ...changed })))

test.each([
  [{}, []],
  [{ aof_enabled: '0' }, [/appendonly yes/]],
  [{ maxmemory_policy: 'allkeys-lru' }, [/noeviction/]],
  [{ maxmemory_policy: 'allkeys-lru', maxmemory: '0' }, []],
  [{ role: 'slave' }, [/replica/]],
])('%j: %j', (changed, expected) => {
  const warnings = warningsOf(changed)
  expect(warnings).toHaveLength(expected.length)
  for (const [index, pattern] of expected.entries()) expect(warnings[index]).toMatch(pattern)
})
