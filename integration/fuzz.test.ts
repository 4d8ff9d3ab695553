/** The short lane of the fuzzer (`npm run fuzz`): seeds that failed once, then twenty seconds of new ones. */
import { expect, test } from 'vitest'
import { createStage, fuzz, playRound } from '../fuzz/fuzz.ts'
import { regressions } from '../fuzz/regressions.ts'

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))

test('I8: what failed once does not fail again', async () => {
  await using stage = createStage()
  for (const { seed, was } of regressions) expect(await playRound(stage, seed), was).toBeNull()
})

test('I8: nonsense ends neither process nor connection of others, and every error has its reason', async () => {
  process.stdout.write(`the fuzzer: FAULT_SEED=${seed}\n`)
  const { failure, scenarios, answers } = await fuzz({ seed, minutes: 1 / 3, say: () => {} })
  expect(failure).toBeNull()
  // It reached what it is there for: refusals of every layer, and calls that are right.
  expect(scenarios).toBeGreaterThanOrEqual(20)
  for (const kind of ['ok', 'INVALID_INPUT', 'closed 1002', '400']) {
    expect(answers.get(kind), kind).toBeGreaterThan(0)
  }
})
