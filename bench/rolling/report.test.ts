/** Of what people noticed of restarts, what is not as promised is seen. */
import { expect, test } from 'vitest'
import { parseOptions } from './options.ts'
import { reportOf } from './report.ts'

const answer = { silenceMs: 120, firstMs: 30, attempts: 1 }
const talk = { answers: [answer, answer, answer], asked: 3, errors: [], offline: 0, before: 1 }
const facts = {
  options: parseOptions([]),
  modelCalls: 3,
  tookMs: [20_000],
  machine: 'a machine',
  load: 1,
}

test('rolling: nothing noticed is good, and answers from before the restarts do not count', () => {
  const { report, isGood } = reportOf([talk], facts)
  expect(isGood).toBe(true)
  expect(report).toContain('| answers meanwhile | 2 |')
})

test.each([
  ['an error', { ...talk, errors: ['boom'] }, facts],
  ['a silence', { ...talk, answers: [answer, { ...answer, silenceMs: 1000 }] }, facts],
  ['an answer that began again', { ...talk, answers: [answer, { ...answer, attempts: 2 }] }, facts],
  ['a call too much', talk, { ...facts, modelCalls: 4 }],
  ['no answer at all', { ...talk, answers: [] }, facts],
])('rolling: %s is not good', (_, one, told) => {
  expect(reportOf([one], told).isGood).toBe(false)
})

test('rolling: what begins again where it may not end in time is paid for twice', () => {
  const options = parseOptions(['--drain', '1'])
  const again = { ...talk, answers: [answer, { ...answer, attempts: 2 }] }
  expect(reportOf([again], { ...facts, options, modelCalls: 4 }).isGood).toBe(true)
})

test('rolling: a bad option is said', () => {
  expect(() => parseOptions(['--proxy', 'squid'])).toThrow('--proxy is nginx or haproxy')
  expect(() => parseOptions(['--rolls', '0'])).toThrow('--rolls is a whole number from 1 on')
})
