import { expect, test } from 'vitest'
import { nowUs } from './clock.ts'
import { Tally } from './load/tally.ts'
import { openModelServer } from './model-server.ts'
import { streamAnswer } from './peers/model-stream.ts'

const plan = { tokens: 40, tokenChars: 12 }

test.each([200, 'flood'] as const)('every answer comes whole and in order: %s', async (rate) => {
  const server = await openModelServer({ ...plan, rate })
  const answer = async () => {
    const tally = new Tally(plan)
    const ages: number[] = []
    await streamAnswer(`http://127.0.0.1:${server.port}/v1`, 'Well?', (text) => {
      tally.take(text, nowUs(), (age) => ages.push(age))
    })
    tally.end()
    return { tally, ages }
  }
  try {
    for (const { tally, ages } of await Promise.all([answer(), answer(), answer()])) {
      expect(tally.faults).toEqual({ lost: 0, doubled: 0 })
      expect(tally.received).toBe(plan.tokens)
      // Sent a moment ago by the same clock, and not by another one: 10 s would be that.
      expect(Math.max(...ages)).toBeLessThan(10_000_000)
    }
  } finally {
    await server.close()
  }
})
