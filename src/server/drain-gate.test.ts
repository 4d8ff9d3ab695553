/** Waiting for room: until the stream drains, closes, or who waits goes. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { DrainGate } from './drain-gate.ts'

function full() {
  const stream = new PassThrough({ highWaterMark: 4 })
  stream.write('more than four')
  expect(stream.writableNeedDrain).toBe(true)
  return { stream, gate: new DrainGate(stream) }
}

test('all who wait go on when it drains, and nothing stays behind', async () => {
  const { stream, gate } = full()
  const waits = Array.from({ length: 20 }, () => gate.wait())
  expect(stream.listenerCount('drain')).toBe(1)
  stream.resume()
  await Promise.all(waits)
  expect(stream.listenerCount('drain')).toBe(0)
})

test('who waits goes on when it closes', async () => {
  const { stream, gate } = full()
  const wait = gate.wait()
  stream.destroy()
  await wait
  await gate.wait()
})

test('who goes need not wait, and the others still do', async () => {
  const { stream, gate } = full()
  const leaving = new AbortController()
  const left = gate.wait(leaving.signal)
  let others = 0
  const other = gate.wait().then(() => others++)
  leaving.abort()
  await left
  expect(others).toBe(0)
  stream.resume()
  await other
})
