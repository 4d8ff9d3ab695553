/** What is left of a failing schedule. */
import { expect, test } from 'vitest'
import { makeSchedule } from './make-schedule.ts'
import { type Schedule, schedule } from './schedule.ts'
import { shrink } from './shrink.ts'

const whole: Schedule = {
  seed: 1,
  policy: 'stop',
  sessions: [0],
  steps: Array.from({ length: 20 }, (_, n) => ({ atMs: n, do: 'hold', query: `q${n}` })),
}
const everyDeed = [
  'ask',
  'choose',
  'clear',
  'cut',
  'cut-after',
  'edit',
  'freeze',
  'full-disk',
  'half-open',
  'hold',
  'jump',
  'kill',
  'lose-reply',
  'move',
  'rate',
  'read',
  'regenerate',
  'release',
  'slow',
  'stop-answer',
  'terminate',
  'withdraw',
]

const everySharedDeed = [
  ...everyDeed.filter((deed) => deed !== 'full-disk'),
  'link-cut',
  'link-down',
  'link-lose',
  'link-mute',
  'link-stall',
  'redis-freeze',
  'redis-kill',
  'roll',
].sort()

const times = ({ steps }: Schedule) => steps.map(({ atMs }) => atMs)

test('chaos: a schedule is shrunk to the steps that it takes to fail, in their order', async () => {
  const needed = [3, 11, 17]
  const fails = async (it: Schedule) => needed.every((atMs) => times(it).includes(atMs))
  const small = await shrink(whole, { fails, mostRuns: 1000 })
  expect(times(small)).toEqual(needed)
})

test('chaos: one that does not fail again stays as it is, and runs are counted', async () => {
  let runs = 0
  const fails = async () => {
    runs++
    return false
  }
  expect(await shrink(whole, { fails, mostRuns: 7 })).toEqual(whole)
  expect(runs).toBe(7)
})

test.each([
  ['one server', null, everyDeed],
  ['three that share a Redis', 3, everySharedDeed],
])(
  'chaos: a seed makes the same schedule each time, and one that can be written down: %s',
  (_, servers, all) => {
    const seeds = Array.from({ length: 200 }, (_, n) => n)
    for (const seed of seeds) {
      const made = makeSchedule(seed, servers)
      expect(makeSchedule(seed, servers)).toEqual(made)
      expect(schedule.parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
    }
    const deeds = seeds.flatMap((seed) => makeSchedule(seed, servers).steps.map((step) => step.do))
    expect([...new Set(deeds)].sort()).toEqual(all)
  },
)
