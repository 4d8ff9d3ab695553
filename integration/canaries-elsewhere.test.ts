/**
 * Nothing leaks beside `/trpc` over WebSocket: canaries through the plain JSON WebSocket, `notify`, server-sent events
 * and the command line, on the real processes with the loudest log.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newGuest, newSession, openPeer } from '../src/server/testing/socket-peer.ts'
import { type Canary, CanarySearch, newCanary } from './harness/canaries.ts'
import { root } from './harness/child.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

/** `plain`: frames that its user got on `/ws`; `stranger`, `service`, `sse`, `cli`: who was answered, or printed. */
function plant() {
  return {
    key: newCanary('the API key', 'model'),
    secret: newCanary('AUTH_SECRET'),
    service: newCanary('a service token'),
    question: newCanary('a question on /ws', 'plain', 'store', 'model'),
    comment: newCanary('a comment on /ws', 'plain', 'store'),
    notice: newCanary('a notification', 'plain', 'store'),
    data: newCanary('the data of a notification', 'plain', 'store'),
    badToken: newCanary('a bad token'),
    badFrame: newCanary('a frame that was refused'),
    badNotice: newCanary('a notification that was refused'),
    cursor: newCanary('a cursor'),
    header: newCanary('a header'),
    checkout: { name: 'the path of the program', value: root, mayBeIn: [] },
  } satisfies Record<string, Canary>
}
type Planted = ReturnType<typeof plant>

interface PlainPeer extends AsyncDisposable {
  /** All that came. */
  said(): string
  send(frame: unknown): void
  /** The first frame that came or comes, and has this in it; or the end. */
  until(text: string): Promise<string | null>
}

async function openPlain(url: string, headers: Record<string, string> = {}): Promise<PlainPeer> {
  const socket = new WebSocket(url, { headers })
  const frames: string[] = []
  const look = new Set<() => void>()
  let over = false
  const again = () => {
    for (const one of [...look]) one()
  }
  socket.on('error', () => undefined)
  socket.on('message', (data) => {
    frames.push(data.toString())
    again()
  })
  const closed = once(socket, 'close').then(([code, reason]) => {
    frames.push(`closed: ${code} ${reason}`)
    over = true
    again()
  })
  await once(socket, 'open')
  return {
    said: () => frames.join('\n'),
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    until: (text) =>
      new Promise((resolve) => {
        const one = () => {
          const found = frames.find((frame) => frame.includes(text))
          if (found === undefined && !over) return
          look.delete(one)
          resolve(found ?? null)
        }
        look.add(one)
        one()
      }),
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}

/** Asks, rates, and is refused, on `/ws`; what strangers with bad tokens and places of others get. */
async function speakPlain(
  server: ServerProcess,
  { canaries, owner, sessionId }: { canaries: Planted; owner: string; sessionId: string },
) {
  const { badToken, badFrame, header, cursor } = canaries
  const url = server.wsUrl.replace(/trpc$/, 'ws')
  const headers = { cookie: `a=${header.value}`, 'user-agent': header.value }
  const bearer = (token: string) => ({ ...headers, authorization: `Bearer ${token}` })
  await using mine = await openPlain(`${url}?session=${sessionId}`, bearer(owner))
  mine.send({ type: 'query', id: randomUUID(), content: `What is ${canaries.question.value}?` })
  const answer = (await mine.until('"type":"response"')) ?? ''
  const messageId = /"messageId":"([^"]+)"/.exec(answer)?.[1]
  const rating = { messageId, rating: 'up', comment: canaries.comment.value }
  mine.send({ type: 'feedback', id: randomUUID(), ...rating })
  await mine.until(canaries.comment.value)
  const refused = [
    `{"type":"query","content":"${badFrame.value}`,
    { type: badFrame.value },
    { type: 'query', content: { is: badFrame.value } },
    { type: 'command', name: badFrame.value },
    { type: 'feedback', messageId: badFrame.value, rating: badFrame.value },
  ]
  const strangers: string[] = []
  await using other = await openPlain(url, headers)
  for (const frame of refused) other.send(frame)
  other.send({ type: 'auth', token: badToken.value })
  const last = randomUUID()
  other.send({ type: 'query', id: last, content: 42, timestamp: badFrame.value })
  await other.until(last)
  strangers.push(other.said())
  for (const [place, token] of [
    [`?session=${badFrame.value}&last_event_id=${cursor.value}`, null],
    [`?session=${sessionId}&last_event_id=${cursor.value}`, badToken.value],
    [`?session=${sessionId}`, canaries.service.value],
  ] as const) {
    await using peer = await openPlain(url + place, token === null ? headers : bearer(token))
    peer.send({ type: 'auth', token: badToken.value })
    await peer.until('"type":"error"')
    strangers.push(peer.said())
  }
  return { mine: () => mine.said(), strangers }
}

/** One request, and what came of it: of a stream, its first events. */
async function asked(server: ServerProcess, path: string, init: RequestInit): Promise<string> {
  const end = new AbortController()
  const response = await fetch(`${server.url}${path}`, { ...init, signal: end.signal })
  let text = JSON.stringify([...response.headers])
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!isStream) return text + (await response.text())
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString()
    if (/event: (?:return|serialized-error)|\nid: /.test(text)) break
  }
  end.abort()
  return text
}

/** A command with what is set for it, and all that it printed. */
async function printed(args: readonly string[], env: Record<string, string>): Promise<string> {
  // Without the harness's child, whose standard input is no question.
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
  })
  let said = ''
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (data) => {
      said += String(data)
    })
  }
  const [code] = await once(child, 'close')
  expect(code, args.join(' ')).not.toBe(0)
  return said
}

test('O1, O2: through /ws, notify, server-sent events and the command line nothing leaks', async () => {
  const canaries = plant()
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.always({ text: 'Yes.', pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  await using server = await startServer({
    dataDir: folder.path,
    env: {
      OPENROUTER_BASE_URL: simulator.url,
      OPENROUTER_API_KEY: canaries.key.value,
      AUTH_SECRET: canaries.secret.value,
      SERVICE_TOKENS: canaries.service.value,
      LOG_LEVEL: 'trace',
    },
  })
  const [owner, other] = [await newGuest(server.url), await newGuest(server.url)]
  const tokens = [owner, other].map(({ token }, place): Canary => {
    return { name: `token ${place}`, value: token.split('.')[2] ?? '', mayBeIn: [] }
  })
  await using peer = await openPeer(server.wsUrl, { token: owner.token })
  const sessionId = await newSession(peer)

  const { key, service, notice, data, badNotice, badToken, cursor, header } = canaries
  const post = (token: string, body: object): RequestInit => ({
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      cookie: header.value,
    },
    body: JSON.stringify(body),
  })
  const told = { sessionId, id: randomUUID(), content: notice.value, data: { is: data.value } }
  const services = [await asked(server, '/trpc/notify', post(service.value, told))]
  expect(services[0]).toContain('"seq"')
  for (const [token, body] of [
    [badToken.value, told],
    [owner.token, told],
    [service.value, { ...told, content: badNotice.value }],
    [service.value, { ...told, id: badNotice.value }],
    [service.value, { id: randomUUID(), sessionId: badNotice.value, content: badNotice.value }],
    [service.value, { id: randomUUID(), userId: badNotice.value, level: badNotice.value }],
  ] as const) {
    services.push(await asked(server, '/trpc/notify', post(token, body)))
  }

  const plain = await speakPlain(server, { canaries, owner: owner.token, sessionId })
  const input = (value: object) => encodeURIComponent(JSON.stringify(value))
  const events = (token: string) => ({
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      'last-event-id': cursor.value,
      'x-canary': header.value,
    },
  })
  const streams = [
    await asked(server, `/trpc/session.events?input=${input({ sessionId })}`, events(other.token)),
    await asked(
      server,
      `/trpc/session.events?input=${input({ sessionId, lastEventId: cursor.value })}`,
      events(badToken.value),
    ),
    await asked(
      server,
      `/trpc/session.events?connectionParams=${input({ token: badToken.value })}&input=${input({ sessionId: cursor.value })}`,
      events(other.token),
    ),
    await asked(server, `/metrics?${cursor.value}`, events(badToken.value)),
  ]

  const where = { AGENT_URL: server.url, HOME: folder.path, XDG_CONFIG_HOME: folder.path }
  const cli = [
    await printed(['sessions'], { ...where, AGENT_TOKEN: badToken.value }),
    await printed(['ask', '--no-stdin', 'Hello'], { ...where, AGENT_TOKEN: badToken.value }),
    await printed(['export', sessionId, '--token', badToken.value], where),
    await printed(['notify', '--session', sessionId, 'x'], {
      ...where,
      SERVICE_TOKEN: badToken.value,
    }),
    await printed(['revoke', 'ada', '--url', server.url], {
      AUTH_SECRET: `${canaries.secret.value}${badToken.value}`,
    }),
    await printed(['serve'], {
      DATA_DIR: folder.path,
      SERVICE_TOKENS: `short, ${service.value}`,
      AUTH_SECRET: canaries.secret.value,
      OPENROUTER_API_KEY: `${key.value}\n`,
      OPENROUTER_BASE_URL: `http://x:${key.value}@`,
    }),
  ]
  const { stdout, stderr } = await server.stop()

  const search = new CanarySearch([...Object.values(canaries), ...tokens])
  search.look('plain', plain.mine())
  for (const said of plain.strangers) search.look('stranger', said)
  for (const said of services) search.look('service', said)
  for (const said of streams) search.look('sse', said)
  for (const said of cli) search.look('cli', said)
  search.look('log', stdout + stderr)
  search.look('model', JSON.stringify(await simulator.requests()))
  await search.lookThrough(folder.path, (name) => (name.startsWith('agent.db') ? 'store' : null))
  expect(search.leaks()).toEqual([])
  expect(search.unseen()).toEqual([])
  for (const place of ['plain', 'stranger', 'service', 'sse', 'cli', 'log', 'model', 'store']) {
    expect(search.searched.get(place), place).toBeGreaterThan(200)
  }
})
