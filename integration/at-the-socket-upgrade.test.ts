/**
 * Contract section 6, "at the socket": what a stranger at the door meets, over raw sockets against the real
 * process. This file: the upgrade and HTTP. The frames are in `at-the-socket-frames.test.ts`, the limits in
 * `at-the-socket-limits.test.ts`.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRaw, upgradeLines } from './harness/raw-socket.ts'
import { type StrictServer, startStrictServer } from './harness/strict-server.ts'

const webOrigin = 'http://localhost:3000'

let strict: StrictServer
beforeAll(async () => {
  strict = await startStrictServer()
})
afterAll(() => strict[Symbol.asyncDispose]())

/** The status of the answer to these lines, and that the connection ends with it. */
async function refused(lines: readonly string[]): Promise<number> {
  await using socket = await openRaw(strict.server.port, { lines })
  const { status } = await socket.answered
  await socket.ended
  return status
}

const lives = async () => expect((await fetch(`${strict.server.url}/healthz`)).status).toBe(200)

describe('W1: a broken request is answered 400, and harms nobody', () => {
  test.each<[string, { host?: string; url?: string }]>([
    ['a Host with a space', { host: 'a b' }],
    ['a Host with an impossible port', { host: 'x:99999' }],
    ['the URL //', { url: '//' }],
    ['a URL that is none', { url: 'http://[' }],
  ])('%s', async (_, changes) => {
    expect(await refused(upgradeLines(changes))).toBe(400)
    const plain = [`GET ${changes.url ?? '/'} HTTP/1.1`, `Host: ${changes.host ?? 'a'}`]
    expect(await refused([...plain, 'Connection: close'])).toBe(400)
    await lives()
  })

  test.each([
    ['no key', 'Sec-WebSocket-Key'],
    ['no version', 'Sec-WebSocket-Version'],
  ])('%s', async (_, name) => {
    expect(await refused(upgradeLines().filter((line) => !line.startsWith(name)))).toBe(400)
    await lives()
  })

  test('headers without an end are cut off at 16 KiB', async () => {
    const more = Array.from({ length: 400 }, (_, i) => `X-Padding-${i}: ${'x'.repeat(100)}`)
    expect(await refused(upgradeLines({ more }))).toBe(431)
    await lives()
  })
})

describe('W2: an Origin that is not the web app’s gets 403, and no upgrade', () => {
  test.each([
    ['foreign', ['Origin: http://evil.example']],
    ['null', ['Origin: null']],
    ['empty', ['Origin:']],
    ['doubled', [`Origin: ${webOrigin}`, `Origin: ${webOrigin}`]],
    ['doubled, a foreign one first', ['Origin: http://evil.example', `Origin: ${webOrigin}`]],
    ['the web app’s with more behind it', [`Origin: ${webOrigin}.evil.example`]],
  ])('%s', async (_, more) => {
    expect(await refused(upgradeLines({ more }))).toBe(403)
  })

  test('the web app’s own is let in', async () => {
    await using socket = await strict.open({ more: [`Origin: ${webOrigin}`] })
    expect((await socket.answered).status).toBe(101)
  })
})

test('an unknown path gets 404; what is no upgrade is answered as HTTP', async () => {
  for (const url of ['/', '/trpc/', '/trpc/info', '/healthz', '/nothing', '/TRPC']) {
    expect(await refused(upgradeLines({ url }))).toBe(404)
  }
  const h2c = ['GET /healthz HTTP/1.1', 'Host: a', 'Connection: Upgrade, close', 'Upgrade: h2c']
  expect(await refused(h2c)).toBe(200)
})

test('permessage-deflate is offered, and not negotiated', async () => {
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'
  await using socket = await strict.open({ more: [offer] })
  const { status, head } = await socket.answered
  expect(status).toBe(101)
  expect(head.toLowerCase()).not.toContain('sec-websocket-extensions')
})

describe('L5: a peer that is slow does not stay', () => {
  test('headers that come byte by byte get 408 within 15 s', async () => {
    await using socket = await openRaw(strict.server.port, { lines: [] })
    const slow = upgradeLines({ more: ['X-Padding: '] }).join('\r\n')
    let sent = 0
    const drip = setInterval(() => socket.net.write(slow[sent++] ?? 'x'), 300)
    const startedMs = performance.now()
    const { status } = await socket.answered
    clearInterval(drip)
    expect(status).toBe(408)
    await socket.ended
    expect(performance.now() - startedMs).toBeLessThan(20_000)
  })

  test('a connection that says nothing is closed as well', async () => {
    await using socket = await openRaw(strict.server.port, { lines: [] })
    expect((await socket.answered).status).toBe(408)
    await socket.ended
  })

  test('a refused upgrade whose peer goes on sending is closed at once', async () => {
    await using socket = await openRaw(strict.server.port, { lines: upgradeLines({ url: '/no' }) })
    const flood = () => {
      while (!socket.net.destroyed && socket.net.write(Buffer.alloc(65_536)));
    }
    socket.net.on('drain', flood)
    flood()
    await socket.ended
    await lives()
  })
})

test('L5: an HTTP connection ends after 1,000 requests', async () => {
  const socket = connect(strict.server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  let text = ''
  socket.on('data', (data) => {
    text = (text + data.toString()).slice(-4000)
    answers += data.toString().split('HTTP/1.1 200').length - 1
    if (answers < asked || asked > 1100) return
    ask()
  })
  let asked = 0
  let answers = 0
  const ask = () => {
    asked++
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
  }
  ask()
  await once(socket, 'close')
  expect(answers).toBe(1000)
  expect(text.toLowerCase()).toContain('connection: close')
})

test('a body over the limit gets 413', async () => {
  const { token } = await strict.newGuest()
  const response = await fetch(`${strict.server.url}/trpc/session.create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ title: 'x'.repeat(1_000_000) }),
  })
  expect(response.status).toBe(413)
})

test('after all of it the server has grown by less than 100 MB', async () => {
  await lives()
  expect(strict.growthBytes()).toBeLessThan(100 * 1024 * 1024)
})
