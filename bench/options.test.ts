import { expect, test } from 'vitest'
import { parseOptions } from './options.ts'
import { subjectNames } from './subjects.ts'

const parse = (...args: string[]) => parseOptions(args, ['flood', 'idle'])

test('all subjects and three rounds, unless it is said otherwise', () => {
  expect(parse()).toMatchObject({ quick: false, rounds: 3, scenarios: [] })
  expect(parse().subjects).toEqual([...subjectNames])
  expect(parse('--quick').rounds).toBe(1)
  expect(parse('--scenario', 'idle', '--subject', 'ours', '--rounds', '5')).toMatchObject({
    rounds: 5,
    scenarios: ['idle'],
    subjects: ['ours'],
  })
})

test('what there is not is refused, with what there is', () => {
  expect(() => parse('--scenario', 'storm')).toThrow('There are: flood, idle')
  expect(() => parse('--subject', 'theirs')).toThrow('There are: ours, relay, emitter, redis-1')
  expect(() => parse('--rounds', '0')).toThrow('--rounds')
  expect(() => parse('--fast')).toThrow('--fast')
})
