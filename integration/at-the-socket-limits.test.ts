/**
 * Contract section 6, "at the socket": how much one may, over raw sockets against the real process, with the
 * limits of contract section 2.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frameOf, opcodes, openRaw, type RawSocket, upgradeLines } from './harness/raw-socket.ts'
import { startServer } from './harness/server-process.ts'
import { type StrictServer, startStrictServer } from './harness/strict-server.ts'
import { openTempFolder } from './harness/temp-folder.ts'

let strict: StrictServer
beforeAll(async () => {
  strict = await startStrictServer()
})
afterAll(() => strict[Symbol.asyncDispose]())

const call = (id: number, path = 'info', input?: unknown, method = 'query') => ({
  id,
  method,
  params: { path, input },
})
const answerOf = (socket: RawSocket, id: number) =>
  socket.until((text) => text.startsWith(`{"id":${id},`))

async function newSession(socket: RawSocket): Promise<string> {
  socket.send(call(1, 'session.create', {}, 'mutation'))
  const answer = await answerOf(socket, 1)
  return /"sessionId":"([^"]+)"/.exec(answer)?.[1] ?? ''
}

describe('W4: frames', () => {
  test('over the rate get RATE_LIMITED and when to try again; again and again close with 4429', async () => {
    await using socket = await strict.open()
    for (let id = 1; id <= 60; id++) socket.send(call(id))
    const refusal = await socket.until((text) => text.includes('RATE_LIMITED'))
    expect(refusal).toMatch(/"code":"TOO_MANY_REQUESTS".*"retryAfterMs":[1-9]/)
    for (let id = 61; id <= 200; id++) socket.send(call(id))
    expect(await socket.ended).toMatchObject({ code: 4429 })
  })

  test('a batch counts as its calls: the next frame waits for it', async () => {
    await using socket = await strict.open()
    socket.send(Array.from({ length: 100 }, (_, id) => call(id)))
    // At once: what it owes is paid off in a second.
    socket.send(call(200))
    expect(await answerOf(socket, 200)).toContain('"reason":"RATE_LIMITED"')
  })

  test('a batch of 1,000 is refused call by call, and runs nothing', async () => {
    await using socket = await strict.open()
    socket.send(Array.from({ length: 1000 }, (_, id) => ({ id, method: 'query', params: {} })))
    expect(await answerOf(socket, 999)).toContain('"code":"BAD_REQUEST"')
    expect(socket.texts.some((text) => text.includes('"result"'))).toBe(false)
  })

  test('a flood of pings by a peer that does not read closes, and costs no memory', async () => {
    await using socket = await strict.open()
    socket.send(call(1))
    await answerOf(socket, 1)
    socket.net.pause()
    const pings = Buffer.concat(
      Array.from({ length: 1000 }, () =>
        frameOf({ opcode: opcodes.ping, payload: 'x'.repeat(125) }),
      ),
    )
    // Up to 125 MB, as far as anybody takes it.
    const flooded = new Promise<void>((resolve) => {
      let left = 1000
      const flood = () => {
        while (left-- > 0 && !socket.net.destroyed) if (!socket.net.write(pings)) return
        resolve()
      }
      socket.net.on('drain', flood)
      socket.net.once('close', () => resolve())
      flood()
    })
    await flooded
    socket.net.resume()
    await socket.ended
    expect(socket.pongs).toBeLessThan(200)
  })

  test('pings within the rate are answered', async () => {
    await using socket = await strict.open()
    for (let i = 0; i < 20; i++) socket.net.write(frameOf({ opcode: opcodes.ping, payload: 'x' }))
    socket.send(call(1))
    await answerOf(socket, 1)
    expect(socket.pongs).toBe(20)
  })
})

test('L2: of 100 subscriptions on one socket 50 are open, and 50 are told RATE_LIMITED', async () => {
  await using quick = await startStrictServer({ MESSAGES_PER_SECOND: '1000' })
  await using socket = await quick.open()
  const sessionId = await newSession(socket)
  socket.send(
    Array.from({ length: 100 }, (_, index) =>
      call(100 + index, 'session.events', { sessionId }, 'subscription'),
    ),
  )
  const of = (what: string) => socket.texts.filter((text) => text.includes(what)).length
  await socket.until(() => of('"type":"started"') + of('"error"') === 100)
  expect(of('"type":"started"')).toBe(50)
  expect(of('"reason":"RATE_LIMITED"')).toBe(50)
  expect(of('too many subscriptions')).toBe(50)
})

test('L1: the 31st query of a minute is told RATE_LIMITED and when to try again; from every socket', async () => {
  const guest = await strict.newGuest()
  await using one = await strict.open(guest)
  await using two = await strict.open(guest)
  const sessionId = await newSession(one)
  const ask = (id: number) => {
    const input = { sessionId, id: crypto.randomUUID(), content: 'Hello' }
    return call(id, 'agent.query', input, 'mutation')
  }
  for (let id = 100; id < 120; id++) one.send(ask(id))
  for (let id = 120; id < 135; id++) two.send(ask(id))
  await Promise.all([answerOf(one, 119), answerOf(two, 134)])
  const refused = [...one.texts, ...two.texts].filter((text) => text.includes('RATE_LIMITED'))
  // What waits in one session counts as well: of those that were let in by the rate, some find no place.
  expect(refused).toHaveLength(5)
  for (const text of refused) expect(text).toMatch(/"retryAfterMs":[1-9]/)
})

describe.concurrent('W3: without a token', () => {
  test.each<[string, (socket: RawSocket) => void]>([
    ['nothing is said', () => undefined],
    ['only PONG is said', (socket) => socket.send('PONG')],
    ['what needs no token is called', (socket) => socket.send(call(1))],
  ])('and %s: closed with 4401 after 10 s', async (_, say) => {
    await using socket = await strict.open({ token: null, url: '/trpc' })
    const openedMs = performance.now()
    const again = setInterval(() => say(socket), 500)
    const end = await socket.ended
    clearInterval(again)
    expect(end).toEqual({ code: 4401, reason: 'NO_TOKEN' })
    expect(performance.now() - openedMs).toBeGreaterThan(9000)
  })

  test('and a frame comes byte by byte', async () => {
    await using socket = await strict.open({ token: null, url: '/trpc' })
    const frame = frameOf({ payload: JSON.stringify(call(1)) })
    let sent = 0
    const drip = setInterval(() => socket.net.write(frame.subarray(sent, ++sent)), 500)
    const end = await socket.ended
    clearInterval(drip)
    expect(end.code).toBe(4401)
    expect(sent).toBeLessThan(frame.length)
  })

  test('and connection parameters that are promised and never come', async () => {
    await using socket = await strict.open({ token: null })
    expect((await socket.ended).code).toBe(4401)
  })
})

describe('connections', () => {
  test('L3: the 21st of a user is closed with 4429', async () => {
    const guest = await strict.newGuest()
    await using opened = new AsyncDisposableStack()
    for (let i = 0; i < 20; i++) {
      const socket = opened.use(await strict.open({ token: guest.token }))
      socket.send(call(1))
      await answerOf(socket, 1)
    }
    await using last = await strict.open({ token: guest.token })
    expect(await last.ended).toMatchObject({ code: 4429 })
  })

  test('L3: the 101st of an address gets 429, and another address is let in', async () => {
    const address = strict.newAddress()
    const more = [`X-Forwarded-For: ${address}`]
    await using opened = new AsyncDisposableStack()
    for (let i = 0; i < 100; i++) {
      opened.use(await strict.open({ token: null, address }))
    }
    await using last = await openRaw(strict.server.port, { lines: upgradeLines({ more }) })
    const { status, head } = await last.answered
    expect(status).toBe(429)
    expect(head.toLowerCase()).toContain('retry-after: ')
    await using other = await strict.open()
    expect((await other.answered).status).toBe(101)
  })

  test('L4: an address that opens and closes, over and over, gets 429', async () => {
    // At once 70, then 6 a second.
    await using small = await startStrictServer({ MAX_CONNECTIONS_PER_IP: '10' })
    const address = small.newAddress()
    const statuses: number[] = []
    for (let i = 0; i < 150; i++) {
      await using socket = await small.open({ token: null, address })
      const { status } = await socket.answered
      statuses.push(status)
    }
    expect(statuses[0]).toBe(101)
    expect(statuses.filter((status) => status === 101).length).toBeGreaterThanOrEqual(60)
    expect(statuses).toContain(429)
    await using other = await small.open()
    expect((await other.answered).status).toBe(101)
  })

  test('L3: beyond those of the whole server gets 503', async () => {
    await using small = await startStrictServer({ MAX_CONNECTIONS: '2' })
    await using _one = await small.open()
    await using _two = await small.open()
    await using three = await openRaw(small.server.port, { lines: upgradeLines() })
    expect((await three.answered).status).toBe(503)
  })

  test('L6: a peer with more TCP connections than it may have is cut off, and the server serves others', async () => {
    await using folder = await openTempFolder()
    const env = { MAX_CONNECTIONS_PER_IP: '5' }
    await using server = await startServer({ dataDir: folder.path, env })
    await using opened = new AsyncDisposableStack()
    const silent: RawSocket[] = []
    for (let i = 0; i < 80; i++) silent.push(opened.use(await openRaw(server.port, { lines: [] })))
    // Twice five, and fifty to spare: the others are cut.
    await Promise.all(silent.slice(60).map(({ ended }) => ended))
    const open = silent.filter(({ net }) => !net.destroyed).length
    expect(open).toBeLessThanOrEqual(60)
    // The test's own request may hold one.
    expect(open).toBeGreaterThanOrEqual(59)
    for (const { net } of silent.slice(0, 5)) net.destroy()
    await Promise.all(silent.slice(0, 5).map(({ ended }) => ended))
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })
})

test('W6: a peer that is half open, and answers no ping, is cut off within ping interval plus wait', async () => {
  await using socket = await strict.open()
  socket.send(call(1))
  await answerOf(socket, 1)
  // A raw socket answers nothing by itself.
  expect(await socket.ended).toEqual({ code: null, reason: '' })
})

test('W7: a server that stops tells its peers to reconnect, then closes with 1001', async () => {
  await using stopping = await startStrictServer()
  await using socket = await stopping.open()
  socket.send(call(1))
  await answerOf(socket, 1)
  const stopped = stopping.server.stop()
  expect(await socket.ended).toMatchObject({ code: 1001 })
  expect(socket.texts.at(-1)).toBe('{"id":null,"method":"reconnect"}')
  expect(await stopped).toMatchObject({ code: 0 })
})

test('L8: HTTP requests of one address over the rate get 429 and when to try again', async () => {
  // 30 at once, 30 a second.
  await using slow = await startStrictServer({ MESSAGES_PER_SECOND: '3' })
  const url = `${slow.server.url}/trpc/info`
  const from = (address: string) => fetch(url, { headers: { 'x-forwarded-for': address } })
  const address = slow.newAddress()
  const answers = await Promise.all(Array.from({ length: 300 }, () => from(address)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(30)
  expect(refused[0]?.headers.get('retry-after')).toBe('1')
  expect(await refused[0]?.json()).toMatchObject({
    error: { data: { reason: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } },
  })
  expect((await from(slow.newAddress())).status).toBe(200)
})

test('L7: guests of one address are made at its rate, whoever says otherwise', async () => {
  const address = strict.newAddress()
  // What a client makes up stands left of what the proxy added.
  const ask = (made: number) =>
    fetch(`${strict.server.url}/trpc/auth.guest`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `192.0.2.${made % 250}, ${address}`,
      },
      body: '{}',
    })
  const statuses: number[] = []
  for (let i = 0; i < 310; i++) statuses.push((await ask(i)).status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(300)
  expect(statuses.at(-1)).toBe(429)
})

test('after all of it the server has grown by less than 100 MB', () => {
  expect(strict.growthBytes()).toBeLessThan(100 * 1024 * 1024)
})
