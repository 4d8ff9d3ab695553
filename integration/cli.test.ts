/** The commands that talk to an agent, as processes against the real server with a model that the test directs. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readGuest } from '../src/cli/kept-guests.ts'
import { type AgentServer, startAgentServer } from '../src/testing/index.ts'
import { type CommandLine, commandLine, ctrl } from './harness/command-line.ts'
import { openClient } from './harness/guest.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const opened = new AsyncDisposableStack()
let server: AgentServer
let folder: string
let agent: CommandLine

beforeAll(async () => {
  folder = opened.use(await openTempFolder()).path
  server = opened.use(await startAgentServer({ settings: { MODELS: models.join() } }))
  agent = commandLine({ XDG_CONFIG_HOME: folder, AGENT_URL: server.url })
}, 120_000)
afterEach(() => server.restore())
afterAll(() => opened.disposeAsync())

const models = ['openai/gpt-4-turbo', 'openai/gpt-4o-mini']
const verbs = ['chat', 'ask', 'sessions', 'export', 'notify', 'serve', 'doctor', 'revoke', 'backup']

describe('Y1: how a command is called', () => {
  test('the help names every verb, and each verb has one of its own, with an example', async () => {
    const { code, stdout } = await agent.run(['--help'])
    expect(code).toBe(0)
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^ {2}${verb}\\b`, 'm'))
    for (const verb of verbs) {
      const own = await agent.run([verb, '--help'])
      expect([verb, own.code, own.stderr]).toEqual([verb, 0, ''])
      expect(own.stdout).toMatch(new RegExp(`agent-websocket ${verb}\\b`))
      expect(own.stdout).toMatch(/^Examples?:$/m)
    }
  })

  test.each([
    [['frobnicate'], 'unknown command'],
    [['ask', '--frobnicate', 'Hello'], 'unknown option'],
    [['ask'], 'nothing to say'],
    [['ask', 'Hello', '--url', 'no address'], 'is not the address'],
    [['ask', 'Hello', '--session', 'a', '--continue'], 'cannot be used with'],
    [['export', '--format', 'pdf'], 'Allowed choices'],
    [['notify', 'Hello'], 'to whom'],
    [['notify', 'Hello', '--user', 'ada'], 'service token'],
  ])('%j: exit code 2 and a sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await agent.run(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
  })

  test('where no server answers, or one that is none: exit code 3 and where to look', async () => {
    const away = await agent.run(['ask', 'Hello', '--url', 'http://127.0.0.1:1'])
    expect([away.code, away.stderr]).toEqual([
      3,
      expect.stringContaining('No agent server answers'),
    ])
    const token = await agent.run(['ask', 'Hello', '--token', 'nonsense'])
    expect([token.code, token.stderr]).toEqual([3, expect.stringContaining('this token')])
  })
})

describe('Y2: ask', () => {
  test('puts the answer, and nothing else, on stdout; what is piped in goes with the words', async () => {
    await server.model.next({ text: 'A log is a list.' })
    const { code, stdout, stderr } = await agent.run(['ask', 'What', 'is', 'this?'], {
      input: 'line 1\nline 2',
    })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'A log is a list.\n', stderr: '' })
    const { body } = await server.model.finished()
    expect(body.messages.at(-1)).toEqual({
      role: 'user',
      content: 'What is this?\n\nline 1\nline 2',
    })
  })

  test('goes on with the session, as the same guest, and says all of it as JSON', async () => {
    await server.model.next({ text: 'One.' }, { text: 'Two.' })
    await agent.run(['ask', 'First'])
    const { stdout } = await agent.run(['ask', '--continue', '--json', 'Second'])
    expect(JSON.parse(stdout)).toMatchObject({ content: 'Two.', finishReason: 'stop' })
    const said = (await server.model.finished(2)).body.messages.map(({ content }) => content)
    expect(said.slice(-3)).toEqual(['First', 'One.', 'Second'])
  })

  test('its exit code says how the answer ended', async () => {
    await server.model.next({ text: 'Too lo', finishReason: 'length' })
    const cut = await agent.run(['ask', 'A long one'])
    expect([cut.code, cut.stdout, cut.stderr]).toEqual([
      4,
      'Too lo\n',
      expect.stringContaining('MAX_TOKENS'),
    ])
    await server.model.fail({ status: 401 })
    const failed = await agent.run(['ask', '--json', 'Anything'])
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('UPSTREAM_AUTH')])
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { reason: 'UPSTREAM_AUTH' } })
  })

  test('Ctrl-C stops the answer on the server too, and ends with 130', async () => {
    await server.model.hold(1, { tokens: ['One ', 'two ', 'three'] })
    await using child = agent.start(['ask', '--no-stdin', 'Count'])
    await server.model.held()
    child.signal('SIGINT')
    const { code, stdout, stderr } = await child.ended
    expect([code, stdout, stderr]).toEqual([130, '', expect.stringContaining('is stopped')])
    expect((await server.model.finished()).state).toBe('aborted')
  })

  test('the server is killed in the middle and started again: the answer is whole, and there once', async () => {
    const text = 'All of the answer, from its first word to its last.'
    await server.model.next({ text, hold: 2 }, { text })
    await using child = agent.start(['ask', '--no-stdin', 'Tell me'])
    await server.model.held()
    await server.kill()
    await server.start()
    expect(await child.ended).toMatchObject({ code: 0, stdout: `${text}\n` })
  })

  test('on a terminal the answer is shown while it comes, over a connection that is cut in it', async () => {
    await server.model.hold(2, { tokens: ['One ', 'two ', 'three ', 'four.'] })
    await using child = agent.startOnTerminal(['ask', '--no-stdin', 'Count'])
    await child.said('stdout', /One two /)
    const cut = server.connection.cutAtEvent(1)
    await server.model.release()
    await cut
    const { code, stdout } = await child.ended
    expect([code, stdout.trim()]).toEqual([0, 'One two three four.'])
  })
})

describe('Y3: chat', () => {
  test('in a terminal: streams, obeys, stops at Ctrl-C, and comes back where it was', async () => {
    const { model } = server
    await model.next(
      { tokens: ['Half ', 'of it.'], hold: 1 },
      { text: 'Another answer.' },
      { tokens: ['Endless ', 'words'], hold: 1 },
    )
    await using child = agent.startOnTerminal(['chat'])
    const [, sessionId = ''] = await child.said('stdout', /Session (\w+)/)
    await child.said('stdout', /Ctrl-D leaves[\s\S]*> /)
    child.type('Hello')
    await child.said('stdout', /Half /)
    await model.release()
    await child.said('stdout', /of it\./)
    child.type('/help')
    await child.said('stdout', /\/regenerate +another answer/)
    child.type('/regenerate')
    await child.said('stdout', /Another answer\.\r?\n/)
    child.type('/model openai/gpt-4o-mini')
    await child.said('stdout', /the model is openai\/gpt-4o-mini/)
    child.type('Go on for ever')
    await child.said('stdout', /Endless /)
    child.type(ctrl.c)
    await child.said('stdout', /\(stopped\)/)
    expect((await model.finished(3)).state).toBe('aborted')
    child.type('/quit')
    expect((await child.ended).code).toBe(0)

    await using back = agent.startOnTerminal(['chat', '--session', sessionId])
    // Up to the prompt: before it, the terminal is not the chat's yet, and takes Ctrl-D itself.
    await back.said('stdout', /Another answer\.[\s\S]*Go on for ever[\s\S]*Endless[\s\S]*> .\[3G/)
    back.type(ctrl.d)
    expect((await back.ended).code).toBe(0)
  })

  test('lines from a pipe are said one after the other, each when the one before is answered', async () => {
    await server.model.answers({ First: 'One.', Second: 'Two.' })
    const { code, stdout } = await agent.run(['chat'], { input: 'First\nSecond\n/export json' })
    expect(code).toBe(0)
    expect(stdout).toMatch(/One\.\n[\s\S]*Two\.\n[\s\S]*"First"/)
    const requests = await server.model.requests()
    expect(requests.map(({ body }) => body.messages.at(-1)?.content)).toEqual(['First', 'Second'])
  })
})

describe('Y4: sessions, export, notify', () => {
  test('lists, exports in both formats to stdout and to a file, and tells a session something once', async () => {
    await server.model.next({ text: 'It is **done**.' })
    const asked = await agent.run(['ask', '--json', 'Is the release done?'])
    const { sessionId } = JSON.parse(asked.stdout) as { sessionId: string }
    const listed = await agent.run(['sessions', 'release'])
    expect(listed.stdout).toMatch(new RegExp(`^${sessionId}  \\d{4}-\\S+  Is the release done`))

    const id = crypto.randomUUID()
    const notice = ['notify', '--no-stdin', '--session', sessionId, '--id', id]
    const env = { SERVICE_TOKEN: server.serviceToken }
    const told = await agent.run([...notice, '--level', 'success', 'Build 7 is green.'], { env })
    expect([told.code, told.stdout]).toEqual([0, 'Told 1 session.\n'])
    await agent.run([...notice, '--level', 'success', 'Build 7 is green.'], { env })

    const markdown = await agent.run(['export', sessionId])
    expect(markdown.stdout).toContain('It is **done**.')
    const file = join(folder, 'talk.json')
    const json = await agent.run(['export', sessionId, '--format', 'json', '--output', file])
    expect([json.code, json.stdout]).toEqual([0, ''])
    expect(await readFile(file, 'utf8')).toContain('It is **done**.')
    await agent.run(['notify', '--no-stdin', '--session', sessionId, 'The end.'], { env })
    const said = await notificationsUntil('The end.', sessionId)
    expect(said.filter((content) => content === 'Build 7 is green.')).toHaveLength(1)
    const away = await agent.run(['export', crypto.randomUUID()])
    expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('SESSION_NOT_FOUND')])
  })
})

/** What the session was told, read by the guest whom the commands keep. */
async function notificationsUntil(last: string, sessionId: string): Promise<string[]> {
  const kept = readGuest(join(folder, 'agent-websocket/guests.json'), server.url)
  await using opened = openClient({ url: server.trpcUrl, token: () => kept?.token ?? '' })
  const said: string[] = []
  for await (const event of opened.client.session(sessionId).events()) {
    if (event.type === 'notification') said.push(event.content)
    if (event.content === last) break
  }
  return said
}
