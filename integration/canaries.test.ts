/**
 * Nothing leaks: canaries in the key, the secrets, the prompts, and in all that the model's server says, on the
 * real process with the loudest log. Then every answer, the log and the data folder are searched.
 */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  newGuest,
  newSession,
  openPeer,
  type SocketPeer,
} from '../src/server/testing/socket-peer.ts'
import { type Canary, CanarySearch, newCanary } from './harness/canaries.ts'
import { root } from './harness/child.ts'
import { freePort } from './harness/ports.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }

/** `owner`, `stranger`, `anybody`: who was answered. `model`: what the model's server was sent. */
function plant() {
  return {
    key: newCanary('the API key', 'model'),
    secret: newCanary('AUTH_SECRET'),
    forward: newCanary('FORWARD_SECRET'),
    system: newCanary('the system prompt', 'model'),
    prompt: newCanary('a question', 'owner', 'store', 'model'),
    answer: newCanary('an answer', 'owner', 'store', 'model'),
    title: newCanary('a title', 'owner', 'store'),
    comment: newCanary('a comment', 'owner', 'store'),
    refused: newCanary('what was refused'),
    header: newCanary('a header of a caller'),
    errorBody: newCanary('the body of an upstream error'),
    errorHeader: newCanary('a header of an upstream error'),
    errorChunk: newCanary('an error in the stream'),
    garbage: newCanary('garbage in the stream'),
    page: newCanary('a page in the place of an answer'),
    row: newCanary('a row that is broken', 'store'),
    checkout: { name: 'the path of the program', value: root, mayBeIn: ['log'] },
  } satisfies Record<string, Canary>
}
type Planted = ReturnType<typeof plant>

function settings(canaries: Planted, modelUrl: string) {
  return {
    OPENROUTER_BASE_URL: modelUrl,
    OPENROUTER_API_KEY: canaries.key.value,
    AUTH_SECRET: canaries.secret.value,
    FORWARD_SECRET: canaries.forward.value,
    SYSTEM_PROMPT: `Never say ${canaries.system.value}.`,
    LOG_LEVEL: 'trace',
  }
}

/** Asks, and resolves when the turn has ended, whichever way. */
async function ask(peer: SocketPeer, sessionId: string, content: string): Promise<string> {
  const id = randomUUID()
  const follow = peer.subscribe('session.events', { sessionId })
  await peer.call('mutation', 'agent.query', { sessionId, id, content })
  const end = await peer.until((frame) => {
    const text = JSON.stringify(frame.result?.data ?? {})
    return frame.id === follow && text.includes(id) && /"type":"(?:response|error)"/.test(text)
  })
  peer.send({ id: follow, method: 'subscription.stop' })
  return JSON.stringify(end)
}

test('O1, O2: keys, tokens, prompts and what the model’s server says are where they may be, and nowhere else', async () => {
  const canaries = plant()
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  const env = settings(canaries, simulator.url)
  const start = { dataDir: folder.path, port: await freePort(), env }
  const tokens: Canary[] = []
  const answers = { owner: '', stranger: '', anybody: '' }
  const answered = (who: keyof typeof answers, what: unknown) => {
    answers[who] += `${JSON.stringify(what)}\n`
  }
  let log = ''
  let sessionId = ''
  let broken = ''
  let token = ''
  {
    await using server = await startServer(start)
    const [owner, other] = [await newGuest(server.url), await newGuest(server.url)]
    token = owner.token
    for (const [name, guest] of Object.entries({ owner, other })) {
      for (const [kind, jwt] of Object.entries({ token: guest.token, identity: guest.identity })) {
        const value = jwt.split('.')[2] ?? ''
        tokens.push({ name: `the ${kind} of ${name}`, value, mayBeIn: [] })
      }
    }
    await using peer = await openPeer(server.wsUrl, { token: owner.token })
    sessionId = await newSession(peer)
    await peer.call('mutation', 'session.update', { sessionId, title: canaries.title.value })
    await simulator.next({ text: `It is ${canaries.answer.value}.`, pace })
    const said = await ask(peer, sessionId, `What is ${canaries.prompt.value}?`)
    const answerId = /"messageId":"([^"]+)"/.exec(said)?.[1]
    const feedback = {
      sessionId,
      messageId: answerId,
      rating: 'up',
      comment: canaries.comment.value,
    }
    await peer.call('mutation', 'agent.feedback', { ...feedback, id: randomUUID() })
    await failEveryWay(peer, sessionId, { canaries, simulator })
    for (const format of ['markdown', 'json']) {
      await peer.call('query', 'session.export', { sessionId, format })
    }
    await peer.call('query', 'session.list', {})
    await peer.call('query', 'session.history', { sessionId })
    await refuseEveryWay(peer, sessionId, canaries.refused.value)
    answered('owner', peer.frames)

    await using stranger = await openPeer(server.wsUrl, { token: other.token })
    await refuseEveryWay(stranger, sessionId, canaries.refused.value)
    await using nobody = await openPeer(server.wsUrl, {
      token: `${owner.token}x`,
      headers: { cookie: `a=${canaries.header.value}`, 'user-agent': canaries.header.value },
    })
    await refuseEveryWay(nobody, sessionId, canaries.refused.value)
    answered('stranger', [stranger.frames, nobody.frames])
    answered('anybody', await askAround(server, canaries))
    const session = await newSession(peer)
    await peer.call('mutation', 'session.update', { sessionId: session, title: 'x' })
    broken = session
    const { stdout, stderr } = await server.stop()
    log += stdout + stderr
  }

  // A row that nobody can read: an unexpected error, and the log says where.
  breakRows(join(folder.path, 'agent.db'), { sessionId: broken, with: canaries.row.value })
  {
    await using server = await startServer(start)
    await using peer = await openPeer(server.wsUrl, { token })
    const frame = await peer.call('query', 'session.history', { sessionId: broken })
    answered('stranger', [frame])
    const { stdout, stderr } = await server.stop()
    log += stdout + stderr
    // W5: what broke inside is in the log alone, under the id that the caller was given.
    expect(frame.error?.message).toBe('Internal error')
    const correlationId = z.string().parse(frame.error?.data?.correlationId)
    expect(stderr).toMatch(new RegExp(`"correlationId":"${correlationId}".*"stack":`))
  }

  const all = [...Object.values(canaries), ...tokens]
  const search = new CanarySearch(all)
  for (const [place, text] of Object.entries(answers)) search.look(place, text)
  search.look('log', log)
  search.look('model', JSON.stringify(await simulator.requests()))
  await search.lookThrough(folder.path, () => 'store')
  expect(search.leaks()).toEqual([])
  expect(search.unseen()).toEqual([])
  for (const place of ['owner', 'stranger', 'anybody', 'log', 'model', 'store']) {
    expect(search.searched.get(place), place).toBeGreaterThan(200)
  }
})

/** Every way in which a model's server fails, each with something to say. */
async function failEveryWay(
  peer: SocketPeer,
  sessionId: string,
  on: { canaries: Planted; simulator: Awaited<ReturnType<typeof startSimulator>> },
): Promise<void> {
  const { errorBody, errorHeader, errorChunk, garbage, page } = on.canaries
  const body = {
    error: { code: 401, message: errorBody.value, metadata: { raw: errorBody.value } },
  }
  const faults = [
    { kind: 'status', status: 401, body, location: `http://${errorHeader.value}/` },
    { kind: 'status', status: 400, body: errorBody.value, retryAfter: errorHeader.value },
    { kind: 'status', status: 307, body: '', location: `http://${errorHeader.value}/` },
    { kind: 'status', status: 200, body: `<p>${page.value}</p>`, contentType: 'text/html' },
    {
      kind: 'error-chunk',
      afterTokens: 1,
      code: errorChunk.value,
      message: errorChunk.value,
      metadata: { error_type: errorChunk.value },
    },
    { kind: 'garbage', afterTokens: 1, lines: 20, line: `data: {"x":"${garbage.value}` },
    { kind: 'garbage', afterTokens: 0, lines: 20, line: `${garbage.value}: x` },
  ] as const
  for (const fault of faults) {
    await on.simulator.next({ text: 'Half of it', pace, fault })
    expect(await ask(peer, sessionId, 'And now?')).toContain('"type":"error"')
  }
}

/** Calls that are refused, with the canary in what is refused. */
async function refuseEveryWay(peer: SocketPeer, sessionId: string, canary: string): Promise<void> {
  const id = randomUUID()
  const inputs: [path: string, input: unknown][] = [
    ['session.create', { title: { canary } }],
    ['session.create', { id: canary }],
    ['session.create', { model: canary }],
    ['session.update', { sessionId: canary, title: 7 }],
    ['agent.query', { sessionId, id: canary, content: canary }],
    ['agent.query', { sessionId: canary, id, content: canary }],
    ['agent.command', { sessionId, id, name: canary }],
    ['agent.command', { sessionId, id, name: 'model', args: { model: canary } }],
    ['agent.feedback', { sessionId, id, messageId: canary, rating: 'up' }],
    ['auth.refresh', { token: canary }],
    ['auth.guest', { identity: `${canary}.${canary}.${canary}` }],
    [canary, { canary }],
  ]
  for (const [path, input] of inputs) {
    expect((await peer.call('mutation', path, input)).error, path).toBeDefined()
  }
  expect((await peer.call('query', 'session.list', { cursor: canary })).error).toBeDefined()
  const malformed = peer.frames.length
  peer.send(`{"id":"x","canary":"${canary}`)
  await peer.until((frame) => peer.frames.indexOf(frame) >= malformed && frame.id === null)
}

/** What anybody may ask over HTTP, and what nobody may. */
async function askAround(server: ServerProcess, canaries: Planted): Promise<string[]> {
  const { header, refused } = canaries
  const headers = { 'x-canary': header.value, authorization: `Bearer ${header.value}` }
  const post = (type: string) => ({
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body: `{"title":"${refused.value}"`,
  })
  const asked: [string, RequestInit][] = [
    ['/healthz', {}],
    ['/readyz', {}],
    ['/metrics', {}],
    [`/${refused.value}`, {}],
    ['/trpc/info', {}],
    [`/trpc/${refused.value}`, {}],
    [`/trpc/session.get?input={"sessionId":"${refused.value}"}`, {}],
    [`/trpc/session.events?input={"sessionId":"${refused.value}"}`, {}],
    [`/trpc/info?connectionParams={"${refused.value}`, {}],
    ['/trpc/session.create', post('application/json')],
    ['/trpc/session.create', post(`text/${refused.value}`)],
    ['/trpc/info', { headers: { origin: `http://${header.value}` } }],
  ]
  const answers: string[] = []
  for (const [path, init] of asked) {
    const answer = await fetch(server.url + path, { headers, ...init })
    answers.push(JSON.stringify([...answer.headers]), await answer.text())
  }
  return answers
}

function breakRows(file: string, { sessionId, with: said }: { sessionId: string; with: string }) {
  const db = new DatabaseSync(file)
  const broken = `{"type":"query","content":"${said}"`
  db.prepare(
    'update events set body = ? where session = (select key from sessions where session_id = ?)',
  ).run(broken, sessionId)
  db.close()
}

test('the search finds what is planted on purpose, however it is written', async () => {
  const canaries = plant()
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  // A program in the server's process that says the key in base64, and the secret backwards.
  const leak = `
    const { OPENROUTER_API_KEY: key, AUTH_SECRET: secret } = process.env
    process.stderr.write(Buffer.from('key=' + key + '!').toString('base64') + '\\n')
    process.stderr.write([...secret].toReversed().join('') + '\\n')`
  await using server = await startServer({
    dataDir: folder.path,
    env: settings(canaries, simulator.url),
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(leak)}`],
  })
  const { token } = await newGuest(server.url)
  const signature = { name: 'a token', value: token.split('.')[2] ?? '', mayBeIn: [] }
  await writeFile(join(folder.path, 'notes.txt'), Buffer.from(`token: ${token}`).toString('hex'))
  const { stderr } = await server.stop()
  const search = new CanarySearch([...Object.values(canaries), signature])
  search.look('log', stderr)
  await search.lookThrough(folder.path, () => 'store')
  search.look('anybody', `{"error":"open ${root}/data failed"}`)
  expect(search.leaks()).toEqual([
    { canary: 'the API key', place: 'log', as: 'base64' },
    { canary: 'AUTH_SECRET', place: 'log', as: 'backwards' },
    { canary: 'a token', place: 'store', as: 'hexadecimal' },
    { canary: 'the path of the program', place: 'anybody', as: 'plain text' },
  ])
})
