/** The commands and the program of docs/notify.md, as somebody would use them who reads it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './harness/child.ts'
import { openProject, packPackage, run } from './harness/consumer.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { readWholeLog } from './harness/readers.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const text = readFileSync(join(root, 'docs/notify.md'), 'utf8')
const blocksOf = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  )
const [start = '', call = ''] = blocksOf('sh')

const opened = new AsyncDisposableStack()
let serviceToken: string
let server: ServerProcess

beforeAll(async () => {
  const { path: dataDir } = opened.use(await openTempFolder())
  expect(start).toContain('npm start\n')
  const made = spawnSync('bash', ['-c', start.replace('npm start\n', '')], { encoding: 'utf8' })
  serviceToken = made.stdout.trim()
  expect(serviceToken, made.stderr).toMatch(/^[0-9a-f]{64}$/)
  server = opened.use(await startServer({ dataDir, env: { SERVICE_TOKENS: serviceToken } }))
})
afterAll(() => opened.disposeAsync())

test('docs/notify.md: N1, N2: the call with curl, sent twice, is in the session once', async () => {
  const guest = await newGuest(server.url)
  await using own = openClient({ url: server.wsUrl, token: () => guest.token })
  const session = await own.client.sessions.create()
  const script = call
    .replace('<the secret>', serviceToken)
    .replace('http://127.0.0.1:3001', server.url)
    .replace('5f1c…', session.sessionId)
  expect(script).not.toMatch(/[<…]/)
  for (let time = 1; time <= 2; time++) {
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    const told = { sessionId: session.sessionId, seq: 2 }
    expect(JSON.parse(stdout), stderr).toEqual({ result: { data: { sessions: [told] } } })
  }
  const log = await readWholeLog(session)
  expect(log.events.slice(1)).toMatchObject([
    { content: 'Build 7 is green.', level: 'success', data: { build: 7 } },
  ])
})

test('docs/notify.md: N3: the program tells all sessions of a user', async () => {
  await using folder = await openTempFolder()
  const packed = await packPackage(join(folder.path, 'packed'))
  const project = await openProject(packed, folder.path)
  const guest = await newGuest(server.url)
  await using own = openClient({ url: server.wsUrl, token: () => guest.token })
  const sessions = await Promise.all([own.client.sessions.create(), own.client.sessions.create()])
  const [code = ''] = blocksOf('ts')
  await project.write('tell-build.mts', code.replace('http://127.0.0.1:3001', server.url))
  const build = { id: crypto.randomUUID(), number: 8, userId: guest.userId }
  const main = await project.write(
    'main.mts',
    `import { tellBuild } from './tell-build.mts'
     console.log(await tellBuild(${JSON.stringify(build)}))`,
  )
  const program = ['-c', `SERVICE_TOKEN=${serviceToken} exec "$0" "$1"`, process.execPath, main]
  expect(await run('bash', program, folder.path)).toBe('2\n')
  for (const session of sessions) {
    const log = await readWholeLog(session)
    expect(log.events.at(-1)).toMatchObject({ content: 'Build 8 is green.', level: 'success' })
  }
})
