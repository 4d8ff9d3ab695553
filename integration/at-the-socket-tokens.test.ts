/**
 * Contract section 6, "at the socket": tokens of one's own login, over raw sockets against the real process: those
 * that are no good, one that ends while its connection lives, and one that is revoked.
 */
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Child, root } from './harness/child.ts'
import { openRaw, type RawSocket, upgradeLines } from './harness/raw-socket.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const cli = join(root, 'src/cli/main.ts')
const secret = 'a secret of the login, long enough to be one'
const issuer = 'https://login.example'

const opened = new AsyncDisposableStack()
let server: ServerProcess
beforeAll(async () => {
  const folder = opened.use(await openTempFolder())
  const env = { AUTH_MODE: 'jwt', AUTH_SECRET: secret, AUTH_ISSUER: issuer }
  server = opened.use(await startServer({ dataDir: folder.path, env }))
})
afterAll(() => opened.disposeAsync())

interface Claims {
  lastsS?: number
  from?: string
  by?: string
}

const sign = ({ lastsS = 600, from = issuer, by = secret }: Claims = {}) =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ada')
    .setIssuer(from)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + lastsS)
    .sign(Buffer.from(by))

const unsigned = () =>
  new UnsecuredJWT().setSubject('ada').setIssuer(issuer).setExpirationTime('10m').encode()

async function list(socket: RawSocket): Promise<string> {
  socket.send({ id: 1, method: 'query', params: { path: 'session.list', input: {} } })
  return socket.until((text) => text.startsWith('{"id":1,'))
}

describe.concurrent('U2, U3: a token that is no good is BAD_TOKEN or TOKEN_EXPIRED, and closes with 4401', () => {
  test.each<[string, string, () => Promise<string> | string]>([
    ['of another issuer', 'BAD_TOKEN', () => sign({ from: 'https://evil.example' })],
    ['by another secret', 'BAD_TOKEN', () => sign({ by: 'x'.repeat(40) })],
    ['with alg none', 'BAD_TOKEN', unsigned],
    ['that has ended', 'TOKEN_EXPIRED', () => sign({ lastsS: -60 })],
    ['that is none', 'BAD_TOKEN', () => 'a.b.c'],
  ])('%s', async (_, reason, make) => {
    await using socket = await openRaw(server.port, { lines: upgradeLines(), token: await make() })
    expect(await list(socket)).toMatch(new RegExp(`"code":"UNAUTHORIZED".*"reason":"${reason}"`))
    expect(await socket.ended).toEqual({ code: 4401, reason })
  })
})

test('W3: a connection whose token ends is closed with 4401 within 5 s, and answers nothing after it', async () => {
  const endsMs = (Math.floor(Date.now() / 1000) + 3) * 1000
  await using socket = await openRaw(server.port, {
    lines: upgradeLines(),
    token: await sign({ lastsS: 3 }),
  })
  expect(await list(socket)).toContain('"result"')
  expect(await socket.ended).toEqual({ code: 4401, reason: 'TOKEN_EXPIRED' })
  expect(Date.now()).toBeGreaterThanOrEqual(endsMs)
})

test('U8: a connection whose tokens are revoked is closed with 4401', async () => {
  await using socket = await openRaw(server.port, { lines: upgradeLines(), token: await sign() })
  expect(await list(socket)).toContain('"result"')
  await using revoke = new Child([cli, 'revoke', 'ada', '--url', server.url], {
    AUTH_SECRET: secret,
  })
  expect(await revoke.ended).toMatchObject({ code: 0 })
  expect(await socket.ended).toEqual({ code: 4401, reason: 'BAD_TOKEN' })
})
