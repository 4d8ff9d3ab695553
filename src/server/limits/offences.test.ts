/** Who goes on although he is refused: out, then shut, and let in again. */
import { expect, test } from 'vitest'
import { createOffences, weights } from './offences.ts'

function offended() {
  let nowMs = 1000
  const offences = createOffences({ now: () => nowMs, most: 3 })
  return {
    offences,
    pass(ms: number) {
      nowMs += ms
    },
    add(count: number, address = 'a') {
      for (let i = 0; i < count; i++) offences.add(address)
    },
  }
}

test('L12: who is refused now and then is let in', () => {
  const { offences, pass, add } = offended()
  add(1000)
  expect(offences.outMs('a')).toBe(0)
  for (let second = 0; second < 100; second++) {
    pass(1000)
    add(50)
  }
  expect(offences.outMs('a')).toBe(0)
})

test('L12: who goes on is out for ten seconds, then let in; nobody else is', () => {
  const { offences, pass, add } = offended()
  add(1001)
  expect(offences.outMs('a')).toBe(10_000)
  expect(offences.isShut('a')).toBe(false)
  expect(offences.outMs('b')).toBe(0)
  pass(9999)
  expect(offences.outMs('a')).toBe(1)
  pass(1)
  expect(offences.outMs('a')).toBe(0)
})

test('L12: who goes on while out is shut, for as long as he goes on', () => {
  const { offences, pass, add } = offended()
  add(1001)
  add(500)
  expect(offences.isShut('a')).toBe(false)
  add(1)
  expect(offences.isShut('a')).toBe(true)
  for (let second = 0; second < 60; second++) {
    pass(1000)
    add(200)
    expect(offences.isShut('a')).toBe(true)
  }
  pass(10_000)
  expect(offences.isShut('a')).toBe(false)
  expect(offences.outMs('a')).toBe(0)
})

test('L12: what is more work weighs more', () => {
  const { offences } = offended()
  const closed = 1000 / weights.cut
  for (let i = 0; i <= closed; i++) offences.add('a', weights.cut)
  expect(offences.outMs('a')).toBeGreaterThan(0)
})

test('L9: past the most addresses the one of the oldest offence is forgotten', () => {
  const { offences, add } = offended()
  for (const address of ['a', 'b', 'c', 'a', 'd']) add(1, address)
  expect(offences.size).toBe(3)
  for (let i = 0; i < 100; i++) add(1, `stranger ${i}`)
  expect(offences.size).toBe(3)
})
