/** The commands of who runs a server: `serve` and `doctor`, as processes, on good and on bad settings. */
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTcpProxy } from '../src/client/testing/tcp-proxy.ts'
import {
  type AgentServer,
  type ModelServer,
  startAgentServer,
  startModel,
} from '../src/testing/index.ts'
import { type CommandLine, commandLine } from './harness/command-line.ts'
import { freePort } from './harness/ports.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const opened = new AsyncDisposableStack()
let model: ModelServer
let server: AgentServer
let folder: string
let good: Record<string, string>
let agent: CommandLine

beforeAll(async () => {
  folder = opened.use(await openTempFolder()).path
  model = opened.adopt(await startModel(), (it) => it.close())
  server = opened.use(await startAgentServer())
  good = {
    XDG_CONFIG_HOME: folder,
    DATA_DIR: join(folder, 'data'),
    AGENT_PORT: String(await freePort()),
    OPENROUTER_BASE_URL: model.url,
  }
  agent = commandLine(good)
}, 120_000)
afterAll(() => opened.disposeAsync())

interface Finding {
  state: 'good' | 'warning' | 'bad'
  name: string
  says: string
  todo?: string
}

/** What the doctor says of these settings, by name. */
async function examine(env: Record<string, string>, ...args: string[]) {
  const { code, stdout } = await agent.run(['doctor', '--json', ...args], { env })
  const findings = JSON.parse(stdout) as Finding[]
  const bad = findings.filter(({ state }) => state === 'bad')
  expect(bad.every(({ todo }) => todo !== undefined)).toBe(true)
  return { code, findings, bad }
}

describe('Y6: doctor', () => {
  test('good settings: nothing is wrong, and nothing was made', async () => {
    const { code, stdout } = await agent.run(['doctor'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing is wrong.')])
    expect(stdout).not.toContain('BAD')
    expect(stdout).toMatch(/ok +Store +.* is not there yet/)
    expect(stdout).toMatch(/ok +Model +127\.0\.0\.1:\d+ answers and has openai\/gpt-4-turbo/)
  })

  test('settings that cannot be read are all told, each with what to do', async () => {
    const { code, bad } = await examine({ AGENT_PORT: 'many', MAX_HISTORY: '-1' })
    expect(code).toBe(1)
    expect(bad.map(({ says }) => says.split(':')[0]).sort()).toEqual(['AGENT_PORT', 'MAX_HISTORY'])
  })

  test('a store that cannot be: a file in its place, and one that is damaged', async () => {
    const file = join(folder, 'no-folder')
    await writeFile(file, 'This is a file.')
    const inPlace = await examine({ DATA_DIR: file })
    expect([inPlace.code, inPlace.bad]).toEqual([
      1,
      [expect.objectContaining({ name: 'Store', todo: 'Set DATA_DIR to a folder.' })],
    ])
    await using other = await openTempFolder()
    await writeFile(join(other.path, 'agent.db'), 'no database at all'.repeat(100))
    const { bad } = await examine({ DATA_DIR: other.path })
    expect(bad).toEqual([
      expect.objectContaining({ name: 'Store', todo: expect.stringContaining('last backup') }),
    ])
  })

  test('a model that refuses the key, that does not answer, and that has another name', async () => {
    const refuses = createServer((_, res) => res.writeHead(401).end('{"error":{}}'))
    await new Promise<void>((resolve) => refuses.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = refuses.address() as AddressInfo
      const env = {
        OPENROUTER_BASE_URL: `http://127.0.0.1:${port}/v1`,
        OPENROUTER_API_KEY: 'sk-bad',
      }
      const { code, bad, findings } = await examine(env)
      expect(code).toBe(1)
      expect(bad).toEqual([
        expect.objectContaining({
          name: 'Model',
          says: expect.stringContaining('does not take the key'),
          todo: expect.stringContaining('OPENROUTER_API_KEY'),
        }),
      ])
      expect(JSON.stringify(findings)).not.toContain('sk-bad')
    } finally {
      refuses.close()
    }
    const away = await examine({ OPENROUTER_BASE_URL: 'http://127.0.0.1:1/v1' })
    expect(away.bad).toEqual([
      expect.objectContaining({
        says: expect.stringContaining('does not answer'),
        todo: expect.stringContaining('OPENROUTER_BASE_URL'),
      }),
    ])
    const unknown = await examine({ MODEL: 'nobody/nothing' })
    expect(unknown.bad).toEqual([
      expect.objectContaining({ says: expect.stringContaining('has no nobody/nothing') }),
    ])
  })

  test('without a key it says that a simulator answers; that is no failure', async () => {
    const { code, findings } = await examine({ OPENROUTER_BASE_URL: '' })
    expect(code).toBe(0)
    expect(findings).toContainEqual(expect.objectContaining({ name: 'Model', state: 'warning' }))
  })

  test('a running server is looked at, and so is a proxy that cuts WebSocket', async () => {
    const there = await examine({}, '--url', server.url)
    expect([there.code, there.findings.filter(({ name }) => name === 'WebSocket')]).toEqual([
      0,
      [expect.objectContaining({ state: 'good' })],
    ])
    await using proxy = await openTcpProxy({ targetPort: server.port })
    proxy.blockUpgrades('forbid')
    const { findings } = await examine({}, '--url', `http://127.0.0.1:${proxy.port}`)
    expect(findings).toContainEqual(
      expect.objectContaining({ name: 'WebSocket', todo: expect.stringContaining('a proxy') }),
    )
    proxy.blockUpgrades('strip')
    const { code, bad } = await examine({}, '--url', `http://127.0.0.1:${proxy.port}`)
    expect([code, bad]).toEqual([
      1,
      [
        expect.objectContaining({
          name: 'WebSocket',
          says: expect.stringContaining('a proxy does not pass it on'),
          todo: expect.stringContaining('Upgrade and Connection'),
        }),
      ],
    ])
  })

  test('a port that another program has', async () => {
    await using other = await openTcpProxy({ targetPort: null })
    const { bad } = await examine({ AGENT_PORT: String(other.port) })
    expect(bad).toEqual([
      expect.objectContaining({ name: 'Port', todo: expect.stringContaining('AGENT_PORT') }),
    ])
  })

  const AUTH_SECRET = 'a secret of the test, long enough to be one'

  test('a Redis that is not there, and one that says nothing: within three seconds, and where it was looked for', async () => {
    // Taken, so that it says nothing; and given back, so that nobody is there.
    const held: Socket[] = []
    const silent = createTcpServer((socket) => void held.push(socket.on('error', () => {})))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    try {
      for (const place of [`127.0.0.1:${port}`, '127.0.0.1:1']) {
        const { code, bad } = await examine({ REDIS_URL: `redis://${place}`, AUTH_SECRET })
        expect([code, bad]).toEqual([
          1,
          [
            expect.objectContaining({
              name: 'Redis',
              says: expect.stringContaining(`None answers at ${place} within 3 s: `),
              todo: expect.stringContaining('REDIS_URL'),
            }),
          ],
        ])
      }
      expect(held.length).toBeGreaterThan(0)
    } finally {
      silent.close()
      for (const socket of held) socket.destroy()
    }
  })

  test('a Redis that does not take the password: that it is the password', async () => {
    const refusing = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        const commands = String(bytes).match(/^\*\d+\r$/gm) ?? []
        socket.write(
          '-WRONGPASS invalid username-password pair or user is disabled.\r\n'.repeat(
            commands.length,
          ),
        )
      })
    })
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    const { port } = refusing.address() as AddressInfo
    try {
      const REDIS_URL = `redis://agent:the-wrong-one@127.0.0.1:${port}`
      const { code, bad, findings } = await examine({ REDIS_URL, AUTH_SECRET })
      expect([code, bad]).toEqual([
        1,
        [expect.objectContaining({ name: 'Redis', todo: expect.stringContaining('password') })],
      ])
      expect(JSON.stringify(findings)).not.toContain('the-wrong-one')
    } finally {
      refusing.close()
    }
  })
})

describe('Y5: serve', () => {
  test('starts, prints its URL, answers a question, and stops at a signal', async () => {
    const data = ['--data-dir', join(folder, 'served')]
    await using child = agent.start(['serve', '--port', '0', ...data])
    const [, url = ''] = await child.said('stdout', /^Agent server: (http:\S+)/m)
    await model.next({ text: 'Served.' })
    const asked = await agent.run(['ask', 'Are you there?', '--url', url])
    expect([asked.code, asked.stdout]).toEqual([0, 'Served.\n'])
    child.signal('SIGTERM')
    expect((await child.ended).code).toBe(0)
  })

  test('what keeps it from starting is one message, with exit code 1', async () => {
    await using taken = await openTcpProxy({ targetPort: null })
    const busy = await agent.run(['serve', '--port', String(taken.port)])
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining('is in use')])
    const bad = await agent.run(['serve', '--port', 'many'])
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('AGENT_PORT')])
  })
})
