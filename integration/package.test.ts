/**
 * The package as others get it: packed, unpacked in an empty project, checked and run. Without network:
 * see `harness/consumer.ts`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { root } from './harness/child.ts'
import { openProject, type Packed, packPackage, run, typeCheck } from './harness/consumer.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const opened = new AsyncDisposableStack()
let packed: Packed
let server: ServerProcess

beforeAll(async () => {
  packed = await packPackage(opened.use(await openTempFolder()).path)
  const { path: dataDir } = opened.use(await openTempFolder())
  // Empty counts as unset: the simulator answers.
  const env = { OPENROUTER_API_KEY: '', OPENROUTER_BASE_URL: '' }
  server = opened.use(await startServer({ dataDir, env }))
}, 120_000)
afterAll(() => opened.disposeAsync())

/** The example of issue 6, as it stands there: seven lines, in which nothing but the body of the last loop is left out. */
const example = `const agent = createAgentClient({ url, token: () => fetchToken() })
const session = await agent.sessions.create({ title: 'Release notes' })
const answer = session.ask('Summarise this diff')
for await (const text of answer) process.stdout.write(text)      // resumes by itself, whatever the network does
const { usage, finishReason } = await answer.done
await session.stop(); await session.feedback(answer, 'up')
for await (const event of session.events({ signal })) { … }      // every typed event, from any cursor
`

/** What the example leaves out around it, and in it; and what else the package says that it can. */
const program = `
import { createAgentClient, guestTokens, type SessionEvent } from 'agent-websocket/client'
import { fileStorage } from 'agent-websocket/client/file-storage'

const url = process.argv[2] + '/trpc'
const fetchToken = guestTokens(url)
const leaving = new AbortController()
const { signal } = leaving
const events: SessionEvent[] = []
${example.replace(
  '{ … }',
  `{
  events.push(event)
  if (event.type === 'feedback') leaving.abort()
}`,
)}
const whole: string = (await answer.done).content
const tokens: number | undefined = usage?.completionTokens
const { outcome } = await session.stop()
const { title } = await agent.trpc.session.get.query({ sessionId: session.sessionId })
await agent.close()

const other = createAgentClient({ url, token: fetchToken, outbox: fileStorage('./outbox') })
const states: string[] = []
other.connection.subscribe(() => states.push(other.connection.getSnapshot().state))
await other.session(session.sessionId).send('And again.')
await other.close()
const types = events.map(({ type }) => type)
console.log('\\n' + JSON.stringify({ whole, tokens, finishReason, outcome, types, title, states }))
`

const said = z.object({
  whole: z.string(),
  tokens: z.number(),
  finishReason: z.string(),
  outcome: z.string(),
  types: z.array(z.string()),
  title: z.string(),
  states: z.array(z.string()),
})

test('Z1: packed and installed in an empty project for Node, the example of the issue fits the types and runs', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path, ['@types/node'])
  const file = await project.write('main.ts', program)
  const options = { module: 'NodeNext', lib: ['ES2023', 'DOM'], types: ['node'] }
  expect(await typeCheck(project, ['main.ts'], options)).toBe('')
  // tRPC's own declarations want the names of the DOM; a program without them leaves libraries unchecked.
  const bare = { ...options, lib: ['ES2023'], skipLibCheck: true }
  expect(await typeCheck(project, ['main.ts'], bare)).toBe('')
  const output = await run(process.execPath, [file, server.url], folder.path)
  const lastLine = output.trimEnd().split('\n').at(-1) ?? ''
  const result = said.parse(JSON.parse(lastLine))
  expect(result).toMatchObject({
    finishReason: 'stop',
    outcome: 'already-finished',
    title: 'Release notes',
  })
  // What was streamed is the answer, once, and nothing else.
  expect(result.whole).not.toBe('')
  expect(output.slice(0, -lastLine.length - 2)).toBe(result.whole)
  expect(result.tokens).toBeGreaterThan(0)
  expect(result.types[0]).toBe('notification')
  expect(result.types).toEqual(expect.arrayContaining(['query', 'response', 'feedback']))
  expect(result.states).toContain('connected')
})

test('Z1: in a project for browsers it fits the types, without those of Node', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path)
  const files = { 'client.ts': program, 'types.ts': typesProgram }
  const browser = files['client.ts']
    .replace(/^import \{ fileStorage.*$/m, '')
    .replace(", outbox: fileStorage('./outbox')", '')
    .replaceAll('process.argv[2]', "'http://127.0.0.1'")
    .replace('process.stdout.write(text)', 'console.log(text)')
  await project.write('client.ts', browser)
  await project.write('types.ts', files['types.ts'])
  const options = {
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
  }
  expect(await typeCheck(project, ['client.ts', 'types.ts'], { ...options, types: [] })).toBe('')
})

const typesProgram = `
import { createTRPCClient, httpLink } from '@trpc/client'
import type { AppRouter, RouterInputs, RouterOutputs } from 'agent-websocket/server'

const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: '/trpc' })] })
const input: RouterInputs['agent']['query'] = { sessionId: 's', id: 'i', content: 'c' }
export const reply: Promise<RouterOutputs['agent']['query']> = client.agent.query.mutate(input)
// @ts-expect-error: a procedure that is not there
export const nothing = client.agent.nonsense
// @ts-expect-error: a field of another type
export const wrong: RouterInputs['agent']['query'] = { ...input, content: 1 }
`

test('Z1: the quick start runs as it stands', async () => {
  await using folder = await openTempFolder()
  const project = await openProject(packed, folder.path)
  const [, code = ''] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/quick-start.md'), 'utf8')) ?? []
  const here = code.replace('http://127.0.0.1:3001', server.url)
  expect(here).not.toBe(code)
  const output = await run(process.execPath, [await project.write('ask.mts', here)], folder.path)
  expect(output).toMatch(/\S[\s\S]*\n\(stop, [1-9]\d* tokens\)\n$/)
})
