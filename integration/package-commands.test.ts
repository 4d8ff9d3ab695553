/**
 * The command and the tester's kit as others get them: from the packed tarball, in an empty folder, without network.
 * The commands of docs/cli.md are run as they stand there.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ofServer } from '../scripts/package/public-parts.ts'
import { type AgentServer, startAgentServer } from '../src/testing/index.ts'
import { Child, root } from './harness/child.ts'
import { openProject, type Packed, packPackage, run, typeCheck } from './harness/consumer.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const opened = new AsyncDisposableStack()
let packed: Packed
let server: AgentServer

beforeAll(async () => {
  packed = await packPackage(opened.use(await openTempFolder()).path)
  server = opened.use(await startAgentServer())
}, 300_000)
afterAll(() => opened.disposeAsync())

/** Blocks of a page in docs, in one language. */
function blocksOf(page: string, language: string): string[] {
  const doc = readFileSync(join(root, 'docs', page), 'utf8')
  return [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].flatMap(
    (match) => match[1] ?? [],
  )
}

test('Z5: without the parts of the server the command asks, and says what serve lacks', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path)
  const command = join(project.folder, 'node_modules/.bin/agent-websocket')
  const env = { AGENT_URL: server.url, XDG_CONFIG_HOME: folder.path }
  await server.model.next({ text: 'From the package.' })
  await using ask = new Child([command, 'ask', '--no-stdin', 'Hello'], env)
  const { code, stdout, stderr } = await ask.ended
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'From the package.\n', stderr: '' })
  await using serve = new Child([command, 'serve', '--port', '0'], env)
  const said = await serve.ended
  expect([said.code, said.stderr]).toEqual([1, expect.stringContaining('--omit=optional')])
})

test('Z5: serve runs from the package, with the thread of its model', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path, ofServer)
  const command = join(project.folder, 'node_modules/.bin/agent-websocket')
  const env = { XDG_CONFIG_HOME: folder.path, OPENROUTER_BASE_URL: '', OPENROUTER_API_KEY: '' }
  const data = ['--data-dir', join(folder.path, 'data')]
  await using serve = new Child([command, 'serve', '--port', '0', ...data], env)
  const [, url = ''] = await serve.said('stdout', /^Agent server: (http:\S+)/m)
  await using ask = new Child([command, 'ask', '--no-stdin', '--url', url, 'Hello'], env)
  const answered = await ask.ended
  expect([answered.code, answered.stderr]).toEqual([0, ''])
  expect(answered.stdout).toMatch(/\S/)
  serve.signal('SIGTERM')
  expect((await serve.ended).code).toBe(0)
})

test('Y7: every command of docs/cli.md runs as it stands there', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path, ofServer)
  const script = ['set -eu -o pipefail', ...blocksOf('cli.md', 'sh')].join('\n')
  expect(script.match(/npx agent-websocket/g)?.length).toBeGreaterThan(10)
  const { PATH = '', HOME = '' } = process.env
  const child = spawn('bash', ['-c', script], {
    cwd: project.folder,
    env: {
      PATH: [dirname(process.execPath), PATH].join(delimiter),
      HOME,
      NODE_ENV: 'production',
      XDG_CONFIG_HOME: folder.path,
      AGENT_URL: server.url,
      SERVICE_TOKEN: server.serviceToken,
      AGENT_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  // npm tells what it thinks of this machine's configuration.
  const said = stderr.replaceAll(/^npm (?:warn|notice).*\n/gm, '')
  expect({ code, said }).toEqual({ code: 0, said: '' })
  expect(stdout).toContain('Told 1 session.')
  const note = readFileSync(join(project.folder, 'note.txt'), 'utf8')
  expect(note).toMatch(/\S/)
  expect(JSON.parse(readFileSync(join(project.folder, 'talk.json'), 'utf8'))).toBeTypeOf('object')
})

test('Z6: the first program of docs/testing.md runs, and fits the types', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path, [...ofServer, '@types/node'])
  const [code = ''] = blocksOf('testing.md', 'ts')
  const file = await project.write('try.ts', code)
  const options = {
    module: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
  }
  expect(await typeCheck(project, ['try.ts'], options)).toBe('')
  await run(process.execPath, [file], folder.path)
})

test('Z6: a spec of another team passes with the fixtures, in an empty project', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path, [
    ...ofServer,
    '@playwright/test',
    '@types/node',
  ])
  await project.write(
    'playwright.config.ts',
    `export default { testDir: '.', testMatch: '*.pw.ts', reporter: 'line' }\n`,
  )
  await project.write('agent.pw.ts', spec)
  const [, , ownPage = ''] = blocksOf('testing.md', 'ts')
  await project.write('own-page.ts', ownPage)
  await project.write('page.pw.ts', pageSpec)
  const options = {
    module: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
  }
  expect(await typeCheck(project, ['agent.pw.ts', 'page.pw.ts'], options)).toBe('')
  const cli = join(folder.path, 'node_modules/@playwright/test/cli.js')
  const said = await run(process.execPath, [cli, 'test'], folder.path)
  expect(said).toMatch(/4 passed/)
})

/** Without a browser: the fixtures need none until a test asks for a page. */
const spec = `
import { createAgentClient } from 'agent-websocket/client'
import { expect, test } from 'agent-websocket/testing/playwright'

test.use({ agentServerOptions: { settings: { AGENT_NAME: 'Ada' } } })

test('an answer is whole, whatever breaks', async ({ server, model, connection }) => {
  const { token } = await server.newGuest()
  const agent = createAgentClient({ url: server.trpcUrl, token: () => token })
  const session = await agent.sessions.create()
  await model.hold(1, { tokens: ['One, ', 'two, ', 'three.'] })
  const answer = session.ask('Count')
  await model.held()
  const cut = connection.cutAtEvent(4)
  await model.release()
  await cut
  expect((await answer.done).content).toBe('One, two, three.')
  await model.next({ text: 'Half of', hold: 1 }, { text: 'Half of it is not all.' })
  const again = session.ask('All')
  await model.held(2)
  await server.kill()
  await server.start()
  expect((await again.done).content).toBe('Half of it is not all.')
  await agent.close()
})

test('the next test begins with nothing planned', async ({ server, model }) => {
  expect(await model.requests()).toEqual([])
  const info = await (await fetch(server.trpcUrl + '/info')).json()
  expect(info.result.data.agentName).toBe('Ada')
})

test('a model that fails says why', async ({ server, model }) => {
  const { token } = await server.newGuest()
  const agent = createAgentClient({ url: server.trpcUrl, token: () => token })
  const session = await agent.sessions.create()
  await model.fail({ status: 401 })
  await expect(session.ask('Hello').done).rejects.toMatchObject({ reason: 'UPSTREAM_AUTH' })
  await agent.close()
})
`

const pageSpec = `
import { expect } from 'agent-websocket/testing/playwright'
import { test } from './own-page.js'

test('the page is told where the server is, and is let in by it', async ({ server, request }) => {
  expect(await (await request.get('/')).text()).toContain(server.url)
  const headers = { origin: server.pageUrl ?? '' }
  expect((await request.get(server.trpcUrl + '/info', { headers })).headers()).toMatchObject({
    'access-control-allow-origin': server.pageUrl,
  })
})
`
