/**
 * The examples that need no browser, run as their READMEs say: the script, and the backend that notifies. The Next app
 * is run by `example-next-login.test.ts`, the Python client by `plain-python.test.ts`.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Child, root } from './harness/child.ts'
import { type Example, openExample } from './harness/example.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { freePort } from './harness/ports.ts'
import { readThroughClient, readWholeLog } from './harness/readers.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const serviceToken = 'a-service-token-of-32-characters-or-more'
const buildToken = 'what-the-build-server-says'

const opened = new AsyncDisposableStack()
let dataDir: string
let server: ServerProcess
let express: Example

// Empty counts as unset: the simulator answers.
const env = { OPENROUTER_API_KEY: '', OPENROUTER_BASE_URL: '', SERVICE_TOKENS: serviceToken }

beforeAll(async () => {
  dataDir = opened.use(await openTempFolder()).path
  server = await startServer({ dataDir, env })
  opened.defer(() => server.kill())
  express = opened.use(await openExample('express-notify'))
}, 180_000)
afterAll(() => opened.disposeAsync())

test('examples: what they ask for are the versions that they are tested with', () => {
  const versionsOf = (file: string) => {
    const versions = z.record(z.string(), z.string())
    const { dependencies, devDependencies } = z
      .object({ dependencies: versions, devDependencies: versions })
      .parse(JSON.parse(readFileSync(join(root, file), 'utf8')))
    return { ...devDependencies, ...dependencies }
  }
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const tarball = `file:../../agent-websocket-${version}.tgz`
  const installed: Record<string, string> = { ...versionsOf('package.json') }
  const manifests = globSync('examples/*/package.json', { cwd: root })
  expect(manifests.map((file) => basename(dirname(file))).sort()).toEqual([
    'express-notify',
    'next-login',
  ])
  for (const file of manifests) {
    const { 'agent-websocket': ours, ...others } = versionsOf(file)
    expect(ours, file).toBe(tarball)
    const wanted = Object.keys(others).map((name) => [name, installed[name]])
    expect(others, file).toEqual(Object.fromEntries(wanted))
  }
})

test('Z1: examples/ask.ts runs', async () => {
  await using example = new Child([join(root, 'examples/ask.ts'), 'What is a log?'], {
    AGENT_URL: server.url,
  })
  const { code, stdout, stderr } = await example.ended
  expect(stdout, stderr).toMatch(/\S[\s\S]*\n\(stop\)\n$/)
  expect(code).toBe(0)
})

describe('examples/express-notify', () => {
  test('Z1, N2, N3: tells all chats of a user that a build is done, once, however often the build server says it', async () => {
    const guest = await newGuest(server.url)
    await using own = openClient({ url: server.wsUrl, token: () => guest.token })
    const watched = await own.client.sessions.create()
    const closed = await own.client.sessions.create()
    using reader = readThroughClient(watched)
    await using backend = await startBackend()
    const done = { project: 'website', build: 7, userId: guest.userId, ok: true }
    expect(await backend.tell(done)).toMatchObject({ status: 200, body: { toldChats: 2 } })
    expect(await backend.tell(done)).toMatchObject({ status: 200, body: { toldChats: 2 } })
    expect(await backend.tell({ ...done, build: 8, ok: false })).toMatchObject({ status: 200 })
    const { lastEventId } = await watched.get()
    await reader.log.reached(Number(lastEventId.split('-').at(-1)))
    for (const log of [reader.log, await readWholeLog(closed)]) {
      expect(log.events.filter(({ type }) => type === 'notification')).toMatchObject([
        { content: expect.stringContaining('Connected') },
        {
          content: 'Build 7 of website is green.',
          level: 'success',
          data: { project: 'website', build: 7 },
        },
        { content: 'Build 8 of website is red.', level: 'error' },
      ])
    }
  })

  test('lets in the build server alone, and says what is wrong', async () => {
    await using backend = await startBackend()
    const done = { project: 'website', build: 9, userId: 'ada', ok: true }
    expect(await backend.tell(done, 'somebody-else')).toMatchObject({ status: 401 })
    expect(await backend.tell({ ...done, ok: 'yes' })).toMatchObject({ status: 400 })
    expect(await backend.tell(done)).toMatchObject({ status: 200, body: { toldChats: 0 } })
    await using stranger = await startBackend({ SERVICE_TOKEN: 'a token that the server has not' })
    expect(await stranger.tell(done)).toMatchObject({ status: 502 })
  })

  test('N2: while the agent server is away it says so, and what is said again afterwards is told once', async () => {
    const guest = await newGuest(server.url)
    await using own = openClient({ url: server.wsUrl, token: () => guest.token })
    const session = await own.client.sessions.create()
    await using backend = await startBackend()
    const done = { project: 'website', build: 10, userId: guest.userId, ok: true }
    const { port } = server
    await server.kill()
    expect(await backend.tell(done)).toMatchObject({ status: 503, retryAfter: '5' })
    server = await startServer({ dataDir, port, env })
    expect(await backend.tell(done)).toMatchObject({ status: 200, body: { toldChats: 1 } })
    const log = await readWholeLog(session)
    expect(log.events.filter((it) => it.content.startsWith('Build 10'))).toHaveLength(1)
  })
})

interface Backend extends AsyncDisposable {
  tell(
    build: object,
    token?: string,
  ): Promise<{ status: number; retryAfter: string | null; body: unknown }>
}

/** As its `npm start` does. */
async function startBackend(more: Readonly<Record<string, string>> = {}): Promise<Backend> {
  const [command, program = ''] = express.scripts.start?.split(' ') ?? []
  expect(command).toBe('node')
  const port = await freePort()
  const child = new Child([join(express.folder, program)], {
    AGENT_URL: server.url,
    PORT: String(port),
    SERVICE_TOKEN: serviceToken,
    BUILD_TOKEN: buildToken,
    ...more,
  })
  const [, url = ''] = await child.said('stdout', /^Tell me of builds: (\S+)$/m)
  return {
    async tell(build, token = buildToken) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(build),
      })
      const { status, headers } = response
      return { status, retryAfter: headers.get('retry-after'), body: await response.json() }
    },
    [Symbol.asyncDispose]: () => child.kill(),
  }
}
