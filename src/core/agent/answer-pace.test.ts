import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { AnswerPace, type Rester } from './answer-pace.ts'

/** How long an answer rests while `count` run, to a tick and its drift. */
function restWith(count: number, left = 0): number {
  const clock = new ManualClock()
  const pace = new AnswerPace(clock)
  const gone: Rester = { rested: () => undefined }
  for (let i = 0; i < count + left; i++) pace.enter()
  for (let i = 0; i < left; i++) pace.leave(gone)
  const from = clock.now()
  let rested = 0
  pace.rest({
    rested: () => {
      rested = clock.now() - from
    },
  })
  clock.advance(1000)
  return rested
}

test('an answer rests longer where many run, and never long', () => {
  expect(restWith(1)).toBe(40)
  expect(restWith(300)).toBe(70)
  expect(restWith(10_000)).toBe(120)
})

test('the rest goes by how many answers run now, not by how many ran', () => {
  expect(restWith(1, 500)).toBe(40)
})

test('nothing waits when no answer rests', () => {
  const clock = new ManualClock()
  const pace = new AnswerPace(clock)
  const answer = { rested: () => undefined }
  pace.enter()
  pace.rest(answer)
  pace.leave(answer)
  expect(clock.pending).toEqual([])
})

test('rests that begin together come apart', () => {
  const clock = new ManualClock()
  const pace = new AnswerPace(clock)
  const ends = new Set<number>()
  for (let i = 0; i < 3; i++) pace.rest({ rested: () => void ends.add(clock.now()) })
  clock.advance(200)
  expect(ends.size).toBe(3)
})

test.each([
  [0, 50],
  [30, 20],
  [200, 10],
  [-1_000_000, 50],
])(
  'text that waits for %i ms when the rest is over waits for %i ms at the most',
  (waited, most) => {
    const clock = new ManualClock()
    const pace = new AnswerPace(clock)
    pace.enter()
    const from = clock.now()
    let ended = 0
    const answer: Rester = {
      rested: () => {
        ended = clock.now() - from
      },
    }
    pace.grace(answer, waited)
    clock.advance(1000)
    expect(ended).toBe(most)
  },
)
