/** Where a thousand answers run, the real wire is held while an answer rests. */
import { expect, test } from 'vitest'
import { systemClock } from '../system.ts'
import { call, codeOf, openBench } from './testing/call.ts'
import { inACrowd } from './testing/crowd.ts'

const words = (count: number) => Array.from({ length: count }, (_, i) => `wörd${i} `)

test('M8: an answer that is held between its pieces is whole, and so are those after it on its connection', async () => {
  await using bench = await openBench()
  const model = inACrowd(bench.model({ clock: systemClock }))
  for (let round = 0; round < 3; round++) {
    const plans = Array.from({ length: 12 }, (_, i) => ({
      tokens: words(10 + i),
      pace: { tokensPerSecond: 20 + 20 * i },
      ...(i % 3 === 1 && { slices: 'bytes' as const }),
    }))
    bench.simulator.next(...plans)
    const calls = plans.map(() => call(model))
    const whole = plans.map(({ tokens }) => tokens.join('')).sort()
    const told = await Promise.all(calls.map(({ over }) => over))
    expect(told.map(({ error }) => error)).toEqual(told.map(() => null))
    expect(told.map(({ text }) => text).sort()).toEqual(whole)
    // Twenty pieces a second and more, told some eight times a second.
    const pieces = told.flatMap((each) => each.pieces).length
    expect(pieces).toBeLessThan(plans.flatMap(({ tokens }) => tokens).length / 2)
  }
})

test('M8: more than the connection takes at once goes on when the rest is over', async () => {
  await using bench = await openBench()
  const model = inACrowd(bench.model({ clock: systemClock }))
  bench.simulator.next({ size: 100_000 })
  const { text, end } = await call(model).over
  expect(end?.usage?.completionTokens).toBe(100_000)
  expect(text.length).toBeGreaterThan(100_000)
})

test('M3: what breaks while an answer is held is found, and what came before it was told', async () => {
  await using bench = await openBench()
  const model = inACrowd(bench.model({ clock: systemClock }))
  const tokens = words(6)
  bench.simulator.next({ tokens, fault: { kind: 'truncate', afterTokens: 6 } })
  const told = await call(model).over
  expect(codeOf(told)).toBe('UPSTREAM_TRUNCATED')
  expect(told.text).toBe(tokens.join(''))
})

test('M4: an answer that is stopped while it is held closes its connection', async () => {
  await using bench = await openBench()
  const model = inACrowd(bench.model({ clock: systemClock }))
  bench.simulator.next({ size: 10_000, pace: { tokensPerSecond: 20 } })
  const running = call(model)
  await running.read(1)
  running.abort(new Error('stopped'))
  const { error, text } = await running.over
  expect(error).toEqual(new Error('stopped'))
  const request = await bench.simulator.waitForRequest(1)
  await request.finished
  expect(request.state).toBe('aborted')
  expect(running.told.text).toBe(text)
})
