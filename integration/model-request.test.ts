/**
 * With `OPENROUTER_BASE_URL` and a key: the request that reaches the model's server, and its tokens on
 * their way back. The directed simulator stands in for it.
 */
import { expect, test } from 'vitest'
import type { AgentClient, Session } from '../src/client/index.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { type Reader, readThroughClient } from './harness/readers.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const maxHistory = 5
const systemPrompt = 'You are a test.'
const pace = { firstTokenMs: 0, tokensPerSecond: 0 }

interface Scene extends AsyncDisposable {
  simulator: SimulatorProcess
  server: ServerProcess
  client: AgentClient
  session: Session
  reader: Reader
  /** Asks, and resolves with the answer's text when it is whole. */
  ask(content: string): Promise<string>
}

async function openScene(env: Record<string, string> = {}): Promise<Scene> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await openTempFolder())
  const simulator = opened.use(await startSimulator())
  const server = opened.use(
    await startServer({
      dataDir: folder.path,
      env: { OPENROUTER_BASE_URL: simulator.url, OPENROUTER_API_KEY: 'sk-or-test-key', ...env },
    }),
  )
  const { token } = await newGuest(server.url)
  const { client } = opened.use(openClient({ url: server.wsUrl, token: () => token }))
  const { created: session } = await client.sessions.create()
  const handle = client.session(session.sessionId)
  const reader = opened.use(readThroughClient(handle))
  const rest = opened.move()
  return {
    simulator,
    server,
    client,
    session,
    reader,
    async ask(content) {
      const id = crypto.randomUUID()
      await handle.send(content, { id })
      return (await reader.log.end(id)).content
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

test("M1: the request is OpenRouter's chat completions with the session's history, at most MAX_HISTORY messages", async () => {
  const settings = {
    MODEL: 'test/first',
    MODELS: 'test/first,test/second',
    MAX_HISTORY: String(maxHistory),
    SYSTEM_PROMPT: systemPrompt,
    TEMPERATURE: '0.3',
    MAX_TOKENS: '321',
    AGENT_NAME: 'Integration Test',
  }
  await using scene = await openScene(settings)
  const { simulator, server, client, session } = scene
  expect(await client.info()).toMatchObject({ simulated: false, model: 'test/first' })
  const said: { role: string; content: string }[] = []
  for (let index = 1; index <= 5; index++) {
    await simulator.next({ text: `Answer ${index}.`, pace })
    const content = `Question ${index}?`
    expect(await scene.ask(content)).toBe(`Answer ${index}.`)
    said.push({ role: 'user', content })
    const { body } = await simulator.request(index)
    const system = { role: 'system', content: systemPrompt }
    expect(body.messages).toEqual([system, ...said.slice(-maxHistory)])
    said.push({ role: 'assistant', content: `Answer ${index}.` })
  }

  const { body, headers } = await simulator.request(5)
  expect(body).toMatchObject({
    model: 'test/first',
    models: ['test/first', 'test/second'],
    temperature: 0.3,
    max_tokens: 321,
    stream: true,
    session_id: session.sessionId,
  })
  expect(headers).toMatchObject({
    authorization: 'Bearer sk-or-test-key',
    'content-type': 'application/json',
    'x-openrouter-title': 'Integration Test',
    'http-referer': expect.stringMatching(/^http:\/\/localhost:\d+$/),
  })
  // The user is a stable name that does not say who it is.
  const first = await simulator.request(1)
  expect(body.user).toMatch(/^[0-9a-f]{16,}$/)
  expect(body.user).toBe(first.body.user)
  expect(server.child.stderr).not.toContain('sk-or-test-key')
})

test('M1: what came before a clear is not sent', async () => {
  await using scene = await openScene({ SYSTEM_PROMPT: systemPrompt })
  const { simulator, client, session } = scene
  await simulator.always({ text: 'Yes.', pace })
  await scene.ask('The code word is swordfish.')
  await client.session(session.sessionId).command('clear')
  await scene.ask('What is the code word?')
  const { body } = await simulator.request(2)
  expect(body.messages).toEqual([
    { role: 'system', content: systemPrompt },
    { role: 'user', content: 'What is the code word?' },
  ])
})

test('tokens reach the client as they come: of an answer that stands after n, exactly n are there', async () => {
  await using scene = await openScene()
  const { simulator, client, session, reader } = scene
  const tokens = Array.from({ length: 40 }, (_, index) => `<${index}>`)
  const steps = [1, 2, 7, 12, 39]
  await simulator.next({ tokens, hold: 1, pace })
  const id = crypto.randomUUID()
  await client.session(session.sessionId).send('Count', { id })
  /** All that the reader has of the answer. */
  const text = () => {
    const found = reader.log.items.find(
      (item) => item.kind === 'message' && item.message.replyTo === id,
    )
    return found?.kind === 'message' ? found.message.content : ''
  }
  let sent = 0
  for (const step of steps) {
    if (sent > 0) await simulator.release(1, step - sent)
    sent = step
    const due = tokens.slice(0, sent).join('')
    await reader.log.until(() => text().length >= due.length)
    expect(text()).toBe(due)
    expect(await simulator.held(1)).toMatchObject({ state: 'holding', tokensSent: sent })
    // A question to the server and its answer: whatever was still on its way would be here by now.
    await client.session(session.sessionId).get()
    expect(text()).toBe(due)
    expect(reader.log.ends().has(id)).toBe(false)
  }
  await simulator.release(1)
  expect(await reader.log.end(id)).toMatchObject({ type: 'response', content: tokens.join('') })
})
