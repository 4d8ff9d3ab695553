/** `npm start` itself: what it refuses, and the real agent server alone. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ScriptProcess, startScript } from './testing/script-process.ts'

const script = join(import.meta.dirname, 'start.ts')
const opened: ScriptProcess[] = []
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'agent-websocket-start-'))
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((it) => it.end()))
  rmSync(dataDir, { recursive: true, force: true })
})

function start(args: string[], env: Record<string, string>): ScriptProcess {
  const started = startScript([script, ...args], { DATA_DIR: dataDir, ...env })
  opened.push(started)
  return started
}

test('start: every bad setting is said at once, and nothing else', async () => {
  const { code, output } = await start([], { PORT: 'web', MAX_HISTORY: '-1' }).ended
  expect(code).toBe(1)
  expect(output.trim().split('\n')).toHaveLength(3)
  expect(output).toMatch(/^ {2}PORT: .*\n {2}MAX_HISTORY: |^ {2}MAX_HISTORY: .*\n {2}PORT: /m)
})

test.for(['PORT', 'AGENT_PORT'] as const)(
  'start: a busy %s is one clear message',
  async (variable) => {
    const other = createServer()
    // As the part itself listens: the web app on all addresses.
    other.listen(0, variable === 'PORT' ? undefined : '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const env = { PORT: '0', AGENT_PORT: '0', [variable]: String(port) }
    const { code, output } = await start([], env).ended
    other.close()
    expect(code).toBe(1)
    expect(output.trim()).toBe(
      `Port ${port} is busy: another program listens there. Set ${variable} to another port.`,
    )
  },
)

test('start: one port for both is one clear message', async () => {
  const { code, output } = await start([], { PORT: '4321', AGENT_PORT: '4321' }).ended
  expect(code).toBe(1)
  expect(output.trim()).toBe('PORT and AGENT_PORT are both 4321: they must differ.')
})

test('start: a data folder that is in use is one clear message', async () => {
  const first = start(['server'], { AGENT_PORT: '0' })
  await first.said('Agent WebSocket is ready.')
  const { code, output } = await start(['server'], { AGENT_PORT: '0' }).ended
  expect(code).toBe(1)
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(output).toContain(dataDir)
})

test('start: the agent server answers at the URL that is printed, and ends with exit code 0', async () => {
  const server = start(['server'], {
    AGENT_PORT: '0',
    OPENROUTER_API_KEY: '',
    OPENROUTER_BASE_URL: '',
  })
  await server.said('Ctrl-C stops it.')
  server.signal('SIGINT')
  const { code, output } = await server.ended
  expect(code).toBe(0)
  expect(output).toMatch(/The agent server: http:\/\/127\.0\.0\.1:\d+\n/)
  expect(output).toContain('The answers are simulated.')
})

// npm passes a signal on to the shell that runs the script, and a shell does not pass it on: without
// `exec` in package.json, the launcher stayed behind (SIGTERM) or heard nothing (SIGINT).
test.for(['SIGINT', 'SIGTERM'] as const)(
  'start: %s to npm alone ends everything',
  async (signal) => {
    const env = { AGENT_PORT: '0', DATA_DIR: dataDir }
    const npm = startScript(['run', 'start:server'], env, 'npm')
    opened.push(npm)
    await npm.said('Ctrl-C stops it.')
    npm.signal(signal)
    // `ended` waits for the end of the output, which every process below npm holds open.
    expect(await npm.ended).toMatchObject({ code: 0 })
  },
)
