/** Python on `/ws`: a program of a few lines, and the chat of `examples/python`, against the real process. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setUpPython } from '../scripts/setup-python.ts'
import { openTcpProxy } from '../src/client/testing/tcp-proxy.ts'
import { Child } from './harness/child.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const stack = new AsyncDisposableStack()
let python: string
let server: ServerProcess
let simulator: SimulatorProcess
beforeAll(async () => {
  python = setUpPython()
  simulator = stack.use(await startSimulator())
  const folder = stack.use(await openTempFolder())
  const env = { OPENROUTER_BASE_URL: simulator.url }
  server = stack.use(await startServer({ dataDir: folder.path, env }))
}, 180_000)
afterAll(() => stack.disposeAsync())

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
const threeTokens = ['One. ', 'Two. ', 'Three.']

test('J1-J6: Python’s websockets holds a conversation, gets errors and goes on, leaves and comes back', async () => {
  await simulator.reset()
  await simulator.next({ text: 'An agent. 😀', pace }, { tokens: threeTokens, hold: 1, pace })
  const url = `ws://127.0.0.1:${server.port}/ws`
  await using program = new Child(['integration/python/conversation.py', url], {}, python)
  await program.said('stdout', /left in the middle/)
  await simulator.release(2)
  await simulator.finished(2)
  program.type('go on')
  const { code, stdout, stderr } = await program.ended
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual([
    'welcomed',
    'answered',
    'went on after bad frames',
    'left in the middle',
    'came back: nothing lost, nothing twice',
  ])
  expect(code).toBe(0)
})

test('G2, G12: the chat of the examples prints an answer once, over a connection that was cut in it', async () => {
  await simulator.reset()
  await simulator.next({ tokens: threeTokens, hold: 1, pace }, { text: 'Four.', pace })
  await using proxy = await openTcpProxy({ targetPort: server.port })
  const env = { AGENT_URL: `ws://127.0.0.1:${proxy.port}/ws` }
  await using chat = new Child(['examples/python/chat.py'], env, python)
  await chat.said('stdout', /\[Connected to Agent WebSocket/)
  chat.type('Count to three.')
  await chat.said('stdout', /One\. /)
  proxy.cutAll()
  await simulator.release(1)
  await chat.said('stdout', /Three\.\n/)
  chat.type('And one more.')
  chat.type('/help')
  chat.typedAll()
  const { code, stdout, stderr } = await chat.ended
  expect(stderr).toBe('')
  const lines = stdout.split('\n')
  expect(lines[0]).toMatch(/^\[Connected to Agent WebSocket\. Session ID: [0-9a-f]+\]$/)
  expect(lines[1]).toBe('One. Two. Three.')
  expect(lines).toContain('Four.')
  expect(stdout).toContain('/model NAME')
  expect(stdout.match(/One\./g)).toHaveLength(1)
  expect(proxy.connections).toBe(2)
  expect(code).toBe(0)
})

test('J3: the chat of the examples outlives a server that is killed, and what it sent counts once', async () => {
  await simulator.reset()
  await simulator.always({ text: 'Here I am.', pace })
  await using folder = await openTempFolder()
  const env = { OPENROUTER_BASE_URL: simulator.url }
  await using first = await startServer({ dataDir: folder.path, env })
  const url = `ws://127.0.0.1:${first.port}/ws`
  await using chat = new Child(['examples/python/chat.py'], { AGENT_URL: url }, python)
  // By then it knows how to come back as the same guest.
  chat.type('/help')
  await chat.said('stdout', /\/cancel/)
  await first.kill()
  chat.type('Are you there?')
  chat.typedAll()
  await using _second = await startServer({ dataDir: folder.path, port: first.port, env })
  const { code, stdout } = await chat.ended
  expect(stdout.match(/Here I am\./g)).toHaveLength(1)
  expect(stdout.match(/Connected/g)).toHaveLength(1)
  expect(code).toBe(0)
})
