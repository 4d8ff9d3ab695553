/**
 * The rows of contract section 6 as a stranger meets them: for each what is done, and what it comes to in a few words. All
 * from addresses and as guests of their own. Used by `all-of-section-six.test.ts`, which lets them loose on one server at
 * once; the cases of each row are in the tests named `at-the-socket-*`.
 */
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { Child, root } from './child.ts'
import { frameOf, opcodes, openRaw, type RawSocket, upgradeLines } from './raw-socket.ts'
import type { StrictServer } from './strict-server.ts'

export const authSecret = 'the secret of a test, long enough to be one'

type Row = (strict: StrictServer) => Promise<unknown>

const call = (id: number, path = 'info', input?: unknown, method = 'query') => ({
  id,
  method,
  params: { path, input },
})
const answerTo = (socket: RawSocket, id: number) =>
  socket.until((text) => text.startsWith(`{"id":${id},`))

async function ask(socket: RawSocket, path: string, input: unknown, method = 'mutation') {
  socket.texts.length = 0
  socket.send(call(1, path, input, method))
  return answerTo(socket, 1)
}

async function newSession(socket: RawSocket): Promise<string> {
  return /"sessionId":"([^"]+)"/.exec(await ask(socket, 'session.create', {}))?.[1] ?? ''
}

/** Code and reason of a refusal, and whether it says when to try again. */
function refusalIn(text: string): string {
  const [, code, reason] = /"code":"(\w+)".*?"reason":"(\w+)"/.exec(text) ?? []
  return `${code} ${reason}${/"retryAfterMs":[1-9]/.test(text) ? ', later' : ''}`
}

/** The status that a request or an upgrade gets, whose connection ends with it. */
const status =
  (lines: readonly string[]): Row =>
  async (strict) => {
    const more = `X-Forwarded-For: ${strict.newAddress()}`
    await using socket = await openRaw(strict.server.port, { lines: [...lines, more] })
    await socket.ended
    return (await socket.answered).status
  }

/** The code that a connection is closed with after this; null where it is just cut. A guest's, if not `nobody`'s. */
const closed =
  (act: (socket: RawSocket) => unknown, { nobody = false } = {}): Row =>
  async (strict) => {
    await using socket = await strict.open(nobody ? { token: null } : {})
    act(socket)
    return (await socket.ended).code
  }

/** What a guest's calls are told. */
const told =
  (act: (socket: RawSocket, strict: StrictServer) => Promise<unknown>): Row =>
  async (strict) => {
    await using socket = await strict.open()
    return await act(socket, strict)
  }

/** What a token is told, and its connection closed with. */
const token =
  (make: (claims: SignJWT) => Promise<string> | string): Row =>
  async (strict) => {
    const claims = new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('agent-websocket')
      .setAudience('agent-websocket/access')
      .setSubject('ada')
      .setIssuedAt()
      .setExpirationTime('10m')
    await using socket = await strict.open({ token: await make(claims) })
    const answer = refusalIn(await ask(socket, 'session.list', {}, 'query'))
    return `${answer}, ${(await socket.ended).code}`
  }
const key = Buffer.from(authSecret)

const sends = (times: number, make: (index: number) => unknown) => (socket: RawSocket) => {
  for (let index = 0; index < times; index++) socket.send(make(index))
}

/** As many bytes of pings as the server takes of a peer that does not read. */
async function floodOfPings(socket: RawSocket): Promise<void> {
  socket.net.pause()
  const ping = frameOf({ opcode: opcodes.ping, payload: 'x'.repeat(125) })
  const pings = Buffer.concat(Array.from({ length: 1000 }, () => ping))
  await new Promise<void>((resolve) => {
    let left = 1000
    const flood = () => {
      while (left-- > 0 && !socket.net.destroyed) if (!socket.net.write(pings)) return
      resolve()
    }
    socket.net.on('drain', flood).once('close', () => resolve())
    flood()
  })
  socket.net.resume()
}

/** Opens so many and one more at once, and says what the last of them met. */
async function beyond(
  most: number,
  open: () => Promise<RawSocket>,
  met: (last: RawSocket) => Promise<unknown>,
): Promise<unknown> {
  await using opened = new AsyncDisposableStack()
  for (let count = 0; count < most; count++) {
    const socket = opened.use(await open())
    if ((await socket.answered).status !== 101) return `${count} were let in`
  }
  return await met(opened.use(await open()))
}

const begin = frameOf({ payload: 'x', fin: false })
const part = frameOf({ opcode: opcodes.continuation, payload: 'x', fin: false })
const uuid = () => crypto.randomUUID()

/** What comes of each. Two are about the whole server, and are the test's: there is no room, and it stops. */
export const rows: Readonly<Record<string, [answer: unknown, row: Row]>> = {
  'bad input': [
    'BAD_REQUEST INVALID_INPUT',
    told(async (socket) => refusalIn(await ask(socket, 'session.create', { other: 1 }))),
  ],
  'no token': [
    'UNAUTHORIZED NO_TOKEN',
    async (strict) => {
      await using socket = await strict.open({ url: '/trpc', token: null })
      return refusalIn(await ask(socket, 'session.list', {}, 'query'))
    },
  ],
  'another user’s session': [
    'NOT_FOUND SESSION_NOT_FOUND',
    told(async (socket, strict) => {
      await using owner = await strict.open()
      const sessionId = await newSession(owner)
      return refusalIn(await ask(socket, 'session.get', { sessionId }, 'query'))
    }),
  ],
  'another user’s cursor': [
    'a reset',
    told(async (socket, strict) => {
      await using owner = await strict.open()
      const theirs = await ask(owner, 'session.create', {})
      const lastEventId = /"lastEventId":"([^"]+)"/.exec(theirs)?.[1]
      const sessionId = await newSession(socket)
      socket.send(call(2, 'session.events', { sessionId, lastEventId }, 'subscription'))
      const first = await socket.until((text) => /^\{"id":2,.*"type":"data"/.test(text))
      return first.includes('"type":"reset"') ? 'a reset' : first
    }),
  ],
  'an id used for something else': [
    'CONFLICT ID_CONFLICT',
    told(async (socket) => {
      const query = { sessionId: await newSession(socket), id: uuid() }
      await ask(socket, 'agent.query', { ...query, content: 'One' })
      return refusalIn(await ask(socket, 'agent.query', { ...query, content: 'Two' }))
    }),
  ],
  'too many queries': [
    'TOO_MANY_REQUESTS RATE_LIMITED, later',
    told(async (socket) => {
      const sessionId = await newSession(socket)
      const query = () => ({ sessionId, id: uuid(), content: 'Hello' })
      sends(31, (index) => call(100 + index, 'agent.query', query(), 'mutation'))(socket)
      return refusalIn(await socket.until((text) => text.includes('RATE_LIMITED')))
    }),
  ],
  'a batch of 1,000': [
    'BAD_REQUEST INVALID_INPUT',
    told(async (socket) => {
      socket.send(Array.from({ length: 1000 }, (_, id) => call(id)))
      return refusalIn(await answerTo(socket, 999))
    }),
  ],
  '100 subscriptions': [
    '50 and 50',
    told(async (socket) => {
      const sessionId = await newSession(socket)
      socket.send(
        Array.from({ length: 100 }, (_, index) =>
          call(100 + index, 'session.events', { sessionId }, 'subscription'),
        ),
      )
      const of = (what: string) => socket.texts.filter((text) => text.includes(what)).length
      await socket.until(() => of('"type":"started"') + of('RATE_LIMITED') === 100)
      return `${of('"type":"started"')} and ${of('too many subscriptions')}`
    }),
  ],
  'a foreign Origin': [403, status(upgradeLines({ more: ['Origin: http://evil.example'] }))],
  'the Origin null': [403, status(upgradeLines({ more: ['Origin: null'] }))],
  'a doubled Origin': [
    403,
    status(
      upgradeLines({ more: ['Origin: http://localhost:3000', 'Origin: http://localhost:3000'] }),
    ),
  ],
  'a broken Host': [400, status(upgradeLines({ host: 'a b' }))],
  'the URL //': [400, status(upgradeLines({ url: '//' }))],
  'an unknown path': [404, status(upgradeLines({ url: '/nothing' }))],
  'no upgrade': [200, status(['GET /healthz HTTP/1.1', 'Host: a', 'Connection: close'])],
  'headers that never end': [
    408,
    async (strict) => {
      await using socket = await openRaw(strict.server.port, { lines: [] })
      socket.net.write('GET /healthz HTTP/1.1\r\nHost: a\r\nX-Padding: ')
      return (await socket.answered).status
    },
  ],
  'too many of an address': [
    429,
    async (strict) => {
      const address = strict.newAddress()
      const open = () => strict.open({ token: null, address })
      return beyond(100, open, async (last) => (await last.answered).status)
    },
  ],
  'too many of a user': [
    4429,
    async (strict) => {
      const guest = await strict.newGuest()
      return beyond(
        20,
        () => strict.open(guest),
        async (last) => (await last.ended).code,
      )
    },
  ],
  'nothing is sent': [4401, closed(() => undefined, { nobody: true })],
  'PONG alone is sent': [
    4401,
    closed(
      (socket) => {
        const timer = setInterval(() => socket.send('PONG'), 500)
        void socket.ended.then(() => clearInterval(timer))
      },
      { nobody: true },
    ),
  ],
  'a token of another issuer': [
    'UNAUTHORIZED BAD_TOKEN, 4401',
    token((claims) => claims.setIssuer('https://evil.example').sign(key)),
  ],
  'a token by another secret': [
    'UNAUTHORIZED BAD_TOKEN, 4401',
    token((claims) => claims.sign(Buffer.from('x'.repeat(40)))),
  ],
  'a token with alg none': [
    'UNAUTHORIZED BAD_TOKEN, 4401',
    token(() => new UnsecuredJWT().setSubject('ada').setExpirationTime('10m').encode()),
  ],
  'a token that has ended': [
    'UNAUTHORIZED TOKEN_EXPIRED, 4401',
    token((claims) => claims.setExpirationTime('10m ago').sign(key)),
  ],
  'a revoked user': [
    4401,
    async (strict) => {
      const guest = await strict.newGuest()
      await using socket = await strict.open(guest)
      await newSession(socket)
      const args = [join(root, 'src/cli/main.ts'), 'revoke', guest.userId]
      await using revoke = new Child([...args, '--url', strict.server.url], {
        AUTH_SECRET: authSecret,
      })
      await revoke.ended
      return (await socket.ended).code
    },
  ],
  'frames over the rate': [4429, closed(sends(300, (index) => call(index)))],
  'a frame that is too big': [1009, closed(sends(1, () => 'x'.repeat(65_537)))],
  'a broken frame': [
    1002,
    closed(({ net }) => net.write(frameOf({ payload: 'x', masked: false }))),
  ],
  'invalid UTF-8': [
    1007,
    closed(({ net }) => net.write(frameOf({ payload: Buffer.from([0xc3, 0x28]) }))),
  ],
  'no JSON, over and over': [1008, closed(sends(12, () => '[[['))],
  '20,000 fragments': [
    1008,
    closed(({ net }) => net.write(Buffer.concat([begin, ...Array(20_000).fill(part)]))),
  ],
  'pings of a peer that does not read': [
    'closed',
    told(async (socket) => {
      await floodOfPings(socket)
      await socket.ended
      return socket.pongs < 200 ? 'closed' : `${socket.pongs} pongs`
    }),
  ],
  'a peer that answers no pings': [null, closed(() => undefined)],
  'permessage-deflate': [
    '101 without',
    async (strict) => {
      const more = ['Sec-WebSocket-Extensions: permessage-deflate']
      await using socket = await strict.open({ more })
      const { status: code, head } = await socket.answered
      return `${code} ${/^sec-websocket-extensions/im.test(head) ? 'with' : 'without'}`
    },
  ],
}
