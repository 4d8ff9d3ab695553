import { expect, test } from 'vitest'
import { linesOf } from './figures.ts'
import { reportOf } from './report.ts'

const rounds = [{ ours: { bytesPerConnection: 51_200 }, relay: { bytesPerConnection: 10_240 } }]

test('a figure stands in its unit beside its ratio, its target and the judgement', () => {
  const target = {
    scenario: 'idle',
    figure: 'bytesPerConnection',
    of: 'figure',
    most: 40_960,
  } as const
  const lines = linesOf(rounds, ['bytesPerConnection'], [target])
  const text = reportOf({
    machine: ['# Benchmark'],
    sections: [{ name: 'idle', title: 'nothing happens', lines, failures: [] }],
  })
  expect(text).toMatchInlineSnapshot(`
    "# Benchmark

    ## idle: nothing happens

    |                         | ours | bare ws relay | ours / relay |       target |         |
    | ----------------------- | ---: | ------------: | -----------: | -----------: | ------: |
    | memory a connection, KB | 50.0 |          10.0 |         5.00 | at most 40.0 | NOT MET |
    "
  `)
})

test('a run that did not count is said', () => {
  const sections = [
    { name: 'flood', title: 'much', lines: [], failures: ['ours, round 1: 3 lost'] },
  ]
  expect(reportOf({ machine: [], sections })).toContain('- failed: ours, round 1: 3 lost')
})
