import { expect, test } from 'vitest'
import type { Verdict } from './load/load.ts'
import { mustBeWhole, RunFailed } from './stage.ts'

const good: Verdict = { finished: true, lost: 0, doubled: 0, faults: 0, firstFault: null }

test('a run counts only where every reader got every token once', () => {
  expect(() => mustBeWhole(good)).not.toThrow()
  const bad = [
    { finished: false },
    { lost: 1 },
    { doubled: 1 },
    { faults: 1, firstFault: 'closed' },
  ]
  for (const one of bad) expect(() => mustBeWhole({ ...good, ...one })).toThrow(RunFailed)
})
