/** Which press sends. */
import { expect, test } from 'vitest'
import { isSendPress } from './send-key.ts'

const press = (...keys: string[]) => ({
  key: keys.find((key) => !['ctrl', 'meta', 'shift', 'alt'].includes(key)) ?? '',
  ctrlKey: keys.includes('ctrl'),
  metaKey: keys.includes('meta'),
  shiftKey: keys.includes('shift'),
  altKey: keys.includes('alt'),
})

test.each([
  [['Enter'], true, false],
  [['Enter', 'ctrl'], false, true],
  [['Enter', 'meta'], true, true],
  [['Enter', 'shift'], false, false],
  [['Enter', 'ctrl', 'shift'], false, false],
  [['Enter', 'alt'], false, false],
  [['a', 'ctrl'], false, false],
])('P2 %s', (keys, byEnter, byMod) => {
  expect(isSendPress(press(...keys), 'enter')).toBe(byEnter)
  expect(isSendPress(press(...keys), 'mod-enter')).toBe(byMod)
})
