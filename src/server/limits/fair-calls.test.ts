/** Whose calls begin when: nobody waits for all that somebody else sent at once. */
import { expect, test } from 'vitest'
import { createFairCalls } from './fair-calls.ts'

function opened() {
  const due: (() => void)[] = []
  const begun: string[] = []
  const calls = createFairCalls((act) => due.push(act))
  return {
    begun,
    due,
    call(userId: string, name: string, isOver = () => false) {
      const wait = calls.wait(userId, isOver)
      if (!wait) begun.push(name)
      else void wait.then(() => begun.push(name))
    },
    async turn() {
      due.shift()?.()
      await Promise.resolve()
    },
  }
}

test('L14: of one user two calls begin in a turn, the others in their order in the next ones', async () => {
  const { begun, call, turn } = opened()
  for (const name of ['1', '2', '3', '4', '5']) call('a', name)
  expect(begun).toEqual(['1', '2'])
  await turn()
  expect(begun).toEqual(['1', '2', '3', '4'])
  await turn()
  expect(begun).toEqual(['1', '2', '3', '4', '5'])
})

test('L14: another user’s call begins at once', () => {
  const { begun, call } = opened()
  for (let number = 0; number < 200; number++) call('a', `a${number}`)
  call('b', 'b')
  expect(begun).toEqual(['a0', 'a1', 'b'])
})

test('L14: a call that comes while others wait comes after them', async () => {
  const { begun, call, turn } = opened()
  for (const name of ['1', '2', '3', '4', '5']) call('a', name)
  await turn()
  call('a', '6')
  await turn()
  expect(begun).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('L9: nobody who has stopped calling is remembered, and nothing runs then', async () => {
  const { call, due, turn } = opened()
  for (const name of ['1', '2', '3']) call('a', name)
  await turn()
  expect(due).toHaveLength(1)
  await turn()
  expect(due).toHaveLength(0)
})

test('L14: what a connection asked that was cut meanwhile never begins, and takes nobody’s place', async () => {
  const { begun, call, turn, due } = opened()
  let isCut = false
  for (const name of ['1', '2']) call('a', name)
  for (let number = 0; number < 100; number++) call('a', `cut ${number}`, () => isCut)
  call('a', '3')
  isCut = true
  await turn()
  expect(begun).toEqual(['1', '2', '3'])
  await turn()
  expect(due).toHaveLength(0)
})
