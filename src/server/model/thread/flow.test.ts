import { expect, test } from 'vitest'
import { createFlow, sent, taken } from './flow.ts'

test('G10: the thread sleeps only while too much text is on its way', () => {
  const flow = new Int32Array(createFlow())
  const half = 4 * 1024 * 1024
  expect(sent(flow, half)).toBe(false)
  expect(sent(flow, half)).toBe(false)
  expect(sent(flow, 1)).toBe(true)
  taken(flow, half)
  expect(sent(flow, 1)).toBe(false)
  taken(flow, half)
  taken(flow, 2)
  expect(flow[0]).toBe(0)
})
