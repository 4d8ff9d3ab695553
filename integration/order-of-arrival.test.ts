/** What a program asks without waiting for replies stands in the queue as it was sent, by each way in. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askOverPlain, askOverTrpc, questions } from './harness/order-of-arrival.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const rounds = 10
const stack = new AsyncDisposableStack()
let server: ServerProcess
let simulator: SimulatorProcess
beforeAll(async () => {
  simulator = stack.use(await startSimulator())
  const folder = stack.use(await openTempFolder())
  server = stack.use(
    await startServer({ dataDir: folder.path, env: { OPENROUTER_BASE_URL: simulator.url } }),
  )
  await simulator.always({ hold: 0 })
})
afterAll(() => stack.disposeAsync())

test('G6, Q1: over /ws', async () => {
  for (let round = 0; round < rounds; round++) {
    expect(await askOverPlain(server)).toEqual(questions)
  }
})

test.each(['frames', 'batch'] as const)('G6, Q1: over tRPC, in %s', async (way) => {
  for (let round = 0; round < rounds; round++) {
    expect(await askOverTrpc(server, way)).toEqual(questions)
  }
})
