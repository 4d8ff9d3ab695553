/** The process: how it says that it answers, how it stops, how it says why it cannot start. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openSimulator } from './simulator/simulator.ts'
import { newGuest, newSession, openPeer } from './testing/socket-peer.ts'
import { newFolder, openTestServer } from './testing/test-server.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const ready = z.object({
  ready: z.object({ url: z.string(), wsUrl: z.string(), port: z.number(), simulated: z.boolean() }),
})

interface Process extends AsyncDisposable {
  child: ChildProcess
  stdout: Promise<string>
  stderr: Promise<string>
  exited: Promise<{ code: number | null; signal: string | null }>
}

function startMain(env: Record<string, string>): Process {
  const child = spawn(process.execPath, [main], {
    env: { NODE_ENV: 'test', PATH: process.env.PATH, AGENT_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  return {
    child,
    stdout: textOf(child.stdout),
    stderr: textOf(child.stderr),
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function textOf(stream: Readable | null): Promise<string> {
  return stream ? text(stream) : ''
}

async function answering({ child }: Process) {
  const [message] = await once(child, 'message')
  return ready.parse(message).ready
}

test('says where it answers, and that answers are simulated; SIGTERM ends it with 0', async () => {
  await using folder = await newFolder()
  await using server = startMain({ DATA_DIR: folder.path })
  const { url, wsUrl, port, simulated } = await answering(server)
  expect(simulated).toBe(true)
  expect(url).toBe(`http://127.0.0.1:${port}`)
  await using peer = await openPeer(wsUrl)
  expect((await peer.call('query', 'info')).result?.data).toMatchObject({ simulated: true })
  server.child.kill('SIGTERM')
  expect((await peer.closed).code).toBe(1001)
  expect(peer.frames.at(-1)).toEqual({ id: null, method: 'reconnect' })
  expect(await server.exited).toEqual({ code: 0, signal: null })
  const lines = (await server.stdout).trim().split('\n')
  expect(lines).toEqual([expect.stringContaining(`${url} (simulated`)])
  const log = (await server.stderr).trim().split('\n')
  for (const line of log) expect(JSON.parse(line)).toMatchObject({ level: 'info' })
})

test('the launcher can ask for a restart, which closes with 1012', async () => {
  await using folder = await newFolder()
  await using server = startMain({ DATA_DIR: folder.path })
  await using peer = await openPeer((await answering(server)).wsUrl)
  server.child.send('restart')
  expect((await peer.closed).code).toBe(1012)
  expect((await server.exited).code).toBe(0)
})

test('a launcher that dies takes it along', async () => {
  await using folder = await newFolder()
  await using server = startMain({ DATA_DIR: folder.path })
  await answering(server)
  server.child.disconnect()
  expect((await server.exited).code).toBe(0)
})

test('a second signal ends it at once', async () => {
  await using folder = await newFolder()
  const simulator = await openSimulator({})
  simulator.always({ text: 'one two', hold: 1, pace: { firstTokenMs: 0 } })
  try {
    await using server = startMain({
      DATA_DIR: folder.path,
      OPENROUTER_BASE_URL: simulator.url,
      DRAIN_TIMEOUT: '3600',
    })
    const { url, wsUrl } = await answering(server)
    await using peer = await openPeer(wsUrl, await newGuest(url))
    const sessionId = await newSession(peer)
    const id = crypto.randomUUID()
    await peer.call('mutation', 'agent.query', { sessionId, id, content: 'Go' })
    await simulator.waitForRequest(1)
    server.child.kill('SIGTERM')
    while ((await fetch(`${url}/readyz`)).status !== 503);
    // One that comes at once counts as the echo of the first: a person sends it later, or again.
    const again = setInterval(() => server.child.kill('SIGTERM'), 50)
    expect((await server.exited).code).toBe(1)
    clearInterval(again)
  } finally {
    await simulator.close()
  }
})

test('bad settings: one message with all of them, exit code 1', async () => {
  await using server = startMain({ AGENT_PORT: 'x', CRASH_POLICY: 'y' })
  expect((await server.exited).code).toBe(1)
  const message = await server.stderr
  expect(message).toMatch(/AGENT_PORT: .*\n.*CRASH_POLICY: /)
  expect(message).not.toMatch(/^\s+at /m)
})

test('a busy port: one message, exit code 1', async () => {
  await using folder = await newFolder()
  await using other = await openTestServer()
  await using server = startMain({ DATA_DIR: folder.path, AGENT_PORT: String(other.port) })
  expect((await server.exited).code).toBe(1)
  expect(await server.stderr).toMatch(
    new RegExp(`^The agent server does not start. Port ${other.port} .* is in use.*\n$`),
  )
})

test('a data folder in use: one message, exit code 1', async () => {
  await using other = await openTestServer()
  await using server = startMain({ DATA_DIR: other.dataDir })
  expect((await server.exited).code).toBe(1)
  expect(await server.stderr).toMatch(/^The agent server does not start. .* in use .*\n$/)
})

test('a data folder that is none: one message, exit code 1', async () => {
  await using folder = await newFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  await using server = startMain({ DATA_DIR: file })
  expect((await server.exited).code).toBe(1)
  expect(await server.stderr).toMatch(/^The agent server does not start. .*\n$/)
})
