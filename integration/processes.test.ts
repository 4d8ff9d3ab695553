/**
 * The agent server as an operator meets it: how it stops in the middle of an answer and goes on at the next
 * start, and what it says when it cannot start.
 */
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Child, type Exit } from './harness/child.ts'
import { connected, newGuest, openClient } from './harness/guest.ts'
import { freePort } from './harness/ports.ts'
import { readThroughClient, readWholeLog } from './harness/readers.ts'
import { takenBack } from './harness/seen-means-kept.ts'
import { serverMain, startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }

test('W7, G12: SIGTERM in the middle of an answer: clients are told, exit code 0, and the turn goes on after the next start', async () => {
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  const tokens = Array.from({ length: 20 }, (_, index) => `part-${index} `)
  await simulator.next({ tokens, hold: 5, pace })
  const env = { OPENROUTER_BASE_URL: simulator.url }
  const start = { dataDir: folder.path, port: await freePort(), env }
  await using server = await startServer(start)
  const { token } = await newGuest(server.url)
  await using mine = openClient({ url: server.wsUrl, token: () => token })
  const { client } = mine
  const session = await client.sessions.create()
  using reader = readThroughClient(session)
  const socket = new WebSocket(`${server.wsUrl}?connectionParams=1`)
  const frames: string[] = []
  socket.on('message', (bytes) => frames.push(bytes.toString()))
  await once(socket, 'open')
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
  const id = crypto.randomUUID()
  const waitingId = crypto.randomUUID()
  await session.send('Go', { id })
  await session.send('And then?', { id: waitingId })
  await simulator.held(1)
  const begun = tokens.slice(0, 5).join('')
  await reader.log.until(({ type }) => type === 'delta' && textOf(reader, id) === begun)

  const left = once(socket, 'close')
  const exit = await server.stop()
  expect(exit).toMatchObject({ code: 0, signal: null })
  expect(frames.at(-1)).toBe('{"id":null,"method":"reconnect"}')
  expect((await left)[0]).toBe(1001)
  expect((await simulator.finished(1)).state).toBe('aborted')
  expect(reader.log.ends().size).toBe(0)
  const given = [...reader.log.events]

  await simulator.next({ tokens, hold: 'headers', pace })
  await simulator.always({ text: 'Then this.', pace })
  await using next = await startServer(start)
  await connected(client)
  expect(takenBack(given, await readWholeLog(session))).toEqual([])
  await simulator.held(2)
  await simulator.release(2)
  const end = { type: 'response', attempt: 2, finishReason: 'stop', content: tokens.join('') }
  expect(await reader.log.end(id)).toMatchObject(end)
  expect(await reader.log.end(waitingId)).toMatchObject({ attempt: 1, content: 'Then this.' })
  expect(reader.log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
  for (const ends of reader.log.ends().values()) expect(ends).toHaveLength(1)
  expect((await next.stop()).code).toBe(0)
})

function textOf({ log }: ReturnType<typeof readThroughClient>, queryId: string): string {
  const item = log.items.find((it) => it.kind === 'message' && it.message.replyTo === queryId)
  return item?.kind === 'message' ? item.message.content : ''
}

test('W7: an answer that ends within DRAIN_TIMEOUT is whole before the server goes, and nobody new is let in', async () => {
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.next({ tokens: ['one ', 'two ', 'three'], hold: 1, pace })
  const env = { OPENROUTER_BASE_URL: simulator.url, DRAIN_TIMEOUT: '60' }
  await using server = await startServer({ dataDir: folder.path, env })
  const { token } = await newGuest(server.url)
  await using mine = openClient({ url: server.wsUrl, token: () => token })
  const session = await mine.client.sessions.create()
  using reader = readThroughClient(session)
  const id = crypto.randomUUID()
  await session.send('Go', { id })
  await simulator.held(1)
  const exit = server.stop()
  while ((await fetch(`${server.url}/readyz`)).status !== 503);
  const refused = new WebSocket(server.wsUrl)
  const [cause] = await once(refused, 'error')
  expect(String(cause)).toContain('503')
  // A question is refused for now, with the reason to try again: it stays in the outbox.
  const body = { sessionId: session.sessionId, id: crypto.randomUUID(), content: 'Late' }
  const late = await fetch(`${server.url}/trpc/agent.query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(late.status).toBe(503)
  expect(await late.text()).toContain('"reason":"DRAINING"')
  await simulator.release(1)
  expect(await reader.log.end(id)).toMatchObject({ attempt: 1, content: 'one two three' })
  expect(await exit).toMatchObject({ code: 0, signal: null })
})

/** One message on stderr, nothing else, and exit code 1. */
function expectRefusal({ code, stdout, stderr }: Exit, message: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr.match(/does not start/g)).toHaveLength(1)
}

test('S9: a second process on the same data folder says so and exits with 1; the first is not disturbed', async () => {
  await using folder = await openTempFolder()
  await using server = await startServer({ dataDir: folder.path })
  const env = { DATA_DIR: folder.path, AGENT_PORT: String(await freePort()) }
  await using second = new Child([serverMain], env)
  expectRefusal(await second.ended, /^The agent server does not start\. .* in use .*\n$/)
  expect(second.stderr).toContain(folder.path)
  const { token } = await newGuest(server.url)
  await using mine = openClient({ url: server.wsUrl, token: () => token })
  expect((await mine.client.sessions.create()).created.state).toBe('idle')
  // After a kill the folder is free again.
  await server.kill()
  await using third = await startServer({ dataDir: folder.path })
  expect((await third.stop()).code).toBe(0)
})

test('a busy port: one message that names it, exit code 1', async () => {
  await using folder = await openTempFolder()
  const other = createServer().listen(await freePort(), '127.0.0.1')
  await once(other, 'listening')
  try {
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    await using server = new Child([serverMain], { DATA_DIR: folder.path, AGENT_PORT: port })
    const exit = await server.ended
    expectRefusal(exit, /^The agent server does not start\. Port \d+ .* in use\..*\n$/)
    expect(exit.stderr).toContain(port)
  } finally {
    other.close()
  }
})

test('bad settings: all of them in one message, exit code 1', async () => {
  await using folder = await openTempFolder()
  const bad = {
    AGENT_PORT: '99999',
    MAX_HISTORY: 'many',
    CRASH_POLICY: 'panic',
    TEMPERATURE: '-1',
    OPENROUTER_BASE_URL: 'ftp://example.org',
    ALLOWED_ORIGINS: 'https://example.org/path',
    AUTH_SECRET: 'short',
    TRUST_PROXY: '10.0.0.0/99',
  }
  await using server = new Child([serverMain], { DATA_DIR: folder.path, ...bad })
  const exit = await server.ended
  expectRefusal(exit, /^The agent server does not start\. Bad settings:\n( {2}[A-Z_]+: .+\n)+$/)
  const named = [...exit.stderr.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(Object.keys(bad).toSorted())
  expect(exit.stderr).not.toContain('short')
})

test('a data folder that cannot be used: one message, exit code 1', async () => {
  await using folder = await openTempFolder()
  const file = join(folder.path, 'a-file')
  await writeFile(file, '')
  const spoilt = join(folder.path, 'spoilt')
  await mkdir(spoilt, { mode: 0o700 })
  await writeFile(join(spoilt, 'agent.db'), 'this is no database, and never was one. '.repeat(200))
  for (const dataDir of [file, join(file, 'below'), spoilt]) {
    const env = { DATA_DIR: dataDir, AGENT_PORT: String(await freePort()) }
    await using server = new Child([serverMain], env)
    expectRefusal(await server.ended, /^The agent server does not start\. .*\n$/)
    expect(server.stderr).toContain(dataDir)
  }
})
