import { expect, test } from 'vitest'
import type { Message } from '../../client/index.ts'
import { firstShown, lookedAt, nextShown, type Shown } from './shown-answer.ts'

function answers(chosen: string | null, states: Record<string, Message['state']>): Message[] {
  return Object.entries(states).map(([messageId, state]) => {
    const base = { messageId, content: messageId, seq: 1, timestamp: '', replyTo: 'q' } as const
    return { ...base, role: 'assistant', state, ...(messageId === chosen && { chosen: true }) }
  })
}
const three = { a: 'done', b: 'done', c: 'done' } as const

function look(now: Shown, id: string): { now: Shown; choose: boolean } {
  const answer = answers(null, three).find(({ messageId }) => messageId === id)
  if (!answer) throw new Error(`no answer ${id}`)
  return lookedAt(now, answer)
}

test('A5: the one that counts is shown; the newest where it failed', () => {
  expect(firstShown(answers('a', three)).shown).toBe('a')
  expect(firstShown(answers('a', { a: 'done', b: 'failed' })).shown).toBe('b')
  expect(firstShown(answers(null, { a: 'thinking' })).shown).toBe('a')
})

test('A5: an answer that begins is shown, and one that is chosen elsewhere', () => {
  const first = firstShown(answers('a', { a: 'done' }))
  const begun = nextShown(first, answers('a', { a: 'done', b: 'thinking' }))
  expect(begun.shown).toBe('b')
  const ended = nextShown(begun, answers('b', { a: 'done', b: 'done' }))
  expect(ended.shown).toBe('b')
  expect(nextShown(ended, answers('a', { a: 'done', b: 'done' })).shown).toBe('a')
})

test('A5: what was chosen here is no news when it comes back, however fast the arrows were pressed', () => {
  const b = look(firstShown(answers('c', three)), 'b')
  const a = look(b.now, 'a')
  expect([b.choose, a.choose]).toEqual([true, true])
  const afterB = nextShown(a.now, answers('b', three))
  expect(afterB.shown).toBe('a')
  expect(nextShown(afterB, answers('a', three))).toMatchObject({ shown: 'a', own: [] })
})

test('A5: a choice here and one elsewhere that arrive together: the last one is shown, and the next is sent', () => {
  const mine = look(firstShown(answers('c', three)), 'b')
  const theirs = nextShown(mine.now, answers('a', three))
  expect(theirs.shown).toBe('a')
  expect(look(theirs, 'b').choose).toBe(true)
})

test('A5: one that counts already, or failed, is looked at alone', () => {
  expect(look(firstShown(answers('a', three)), 'a').choose).toBe(false)
  const failed = answers('a', { a: 'done', b: 'failed' })
  const [, second] = failed
  if (!second) throw new Error('there are two')
  expect(lookedAt(firstShown(failed), second)).toMatchObject({ choose: false, now: { shown: 'b' } })
})
