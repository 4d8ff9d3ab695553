import { expect, test } from 'vitest'
import { linesOf, median, type Round } from './figures.ts'

const cpu = (ours: number, relay: number): Round => ({
  ours: { cpuPerMillion: ours },
  relay: { cpuPerMillion: relay },
})

test('the median is the middle one, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNull()
})

test('the ratio is the median of the ratios within a round', () => {
  // The second round ran on a machine that was twice as slow: the ratios do not see it.
  const [line] = linesOf([cpu(10, 20), cpu(30, 40), cpu(9, 20)], ['cpuPerMillion'], [])
  expect(line?.medians).toEqual({ ours: 10, relay: 20 })
  expect(line?.ratio).toBe(0.5)
})

test('a target is met up to what it says, and not beyond', () => {
  const target = { scenario: 'any', figure: 'cpuPerMillion', of: 'ratio', most: 0.5 } as const
  const met = (ours: number) =>
    linesOf([cpu(ours, 20)], ['cpuPerMillion'], [target])[0]?.target?.met
  expect(met(10)).toBe(true)
  expect(met(10.1)).toBe(false)
})

test('a target is not judged where ours did not run', () => {
  const target = { scenario: 'any', figure: 'lost', of: 'figure', most: 0 } as const
  const lines = linesOf([{ relay: { lost: 3 } }], ['lost'], [target])
  expect(lines[0]?.target).toBeNull()
})

test('what nobody measured has no line', () => {
  expect(linesOf([cpu(1, 2)], ['lost'], [])).toEqual([])
})
