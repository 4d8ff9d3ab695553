/** What comes in, over both transports: each kind of nonsense gets its answer, and the server lives. */
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newGuest, newSession, openPeer, type SocketPeer } from '../testing/socket-peer.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let token: string
let peer: SocketPeer
let sessionId: string
beforeAll(async () => {
  server = await openTestServer({ env: { MESSAGES_PER_SECOND: '10000' } })
  ;({ token } = await newGuest(server.url))
  peer = await openPeer(server.wsUrl, { token })
  sessionId = await newSession(peer)
})
afterAll(() => server.close())

const id = () => randomUUID()
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
let lastId = 10_000

/** A call whose input is this JSON, as it stands. */
async function callRaw(method: 'query' | 'mutation', path: string, input: string) {
  const callId = ++lastId
  const params = `{"path":${JSON.stringify(path)},"input":${input}}`
  peer.send(`{"id":${callId},"method":"${method}","params":${params}}`)
  return peer.until((it) => it.id === callId)
}

describe('I1, I2: over the socket', () => {
  const good = () => ({ sessionId, id: id(), content: 'Hello' })
  test.each<[string, () => string, string]>([
    ['an unknown field', () => JSON.stringify({ ...good(), role: 'system' }), 'role'],
    ['constructor', () => JSON.stringify({ ...good(), constructor: {} }), 'constructor'],
    ['__proto__', () => `{"__proto__":{"a":1},${JSON.stringify(good()).slice(1)}`, '__proto__'],
    ['a NUL in the content', () => JSON.stringify({ ...good(), content: 'a\u0000' }), 'content'],
    ['half a character', () => JSON.stringify({ ...good(), content: '\ud83d' }), 'content'],
    ['a NUL in an id', () => JSON.stringify({ ...good(), sessionId: 'a\u0000' }), 'sessionId'],
    ['a very long id', () => JSON.stringify({ ...good(), id: 'x'.repeat(9_000) }), 'id'],
    ['a list', () => '[]', 'input'],
    ['a number', () => '7', 'input'],
    ['a depth of 10,000', () => nested(10_000), 'input'],
    ['a deep content', () => `{"content":${nested(5_000)}}`, 'input'],
  ])('%s is INVALID_INPUT with its field', async (_, input, field) => {
    const { error } = await callRaw('mutation', 'agent.query', input())
    expect(error?.data).toMatchObject({ code: 'BAD_REQUEST', reason: 'INVALID_INPUT' })
    expect(Object.keys(error?.data?.fields ?? {})).toContain(field)
  })

  test.each([
    ['1e400', 'limit'],
    ['-1', 'limit'],
    ['1e300', 'limit'],
    ['0.5', 'limit'],
  ])('a limit of %s is INVALID_INPUT', async (limit, field) => {
    const { error } = await callRaw('query', 'session.list', `{"limit":${limit}}`)
    expect(error?.data).toMatchObject({
      reason: 'INVALID_INPUT',
      fields: { [field]: expect.any(String) },
    })
  })

  test('arguments of a command are refused by name, `__proto__` among them', async () => {
    const args = '{"__proto__":{"messageId":"x"}}'
    const input = `{"sessionId":"${sessionId}","id":"${id()}","name":"cancel","args":${args}}`
    const { error } = await callRaw('mutation', 'agent.command', input)
    expect(error?.data).toMatchObject({ reason: 'INVALID_INPUT' })
    expect(Object.keys(error?.data?.fields ?? {})).toEqual(['args.__proto__'])
  })

  test('of a field that comes twice the last counts, in the size as in the value', async () => {
    const big = JSON.stringify('x'.repeat(70_000))
    const first = `{"sessionId":"${sessionId}","id":"${id()}","content":${big},"content":"small"}`
    const { result } = await callRaw('mutation', 'agent.query', first)
    expect(result).toBeDefined()
    await using other = await openPeer(server.wsUrl, { token })
    const input = `{"sessionId":"${sessionId}","id":"${id()}","content":"small","content":${big}}`
    other.send(`{"id":1,"method":"mutation","params":{"path":"agent.query","input":${input}}}`)
    expect((await other.closed).code).toBe(1009)
  })

  test('a caller without a token is told nothing of what an input may be', async () => {
    await using stranger = await openPeer(server.wsUrl)
    const { error } = await stranger.call('query', 'session.get', { nonsense: '\u0000' })
    expect(error?.data).toMatchObject({ reason: 'NO_TOKEN' })
    expect(error?.data).not.toHaveProperty('fields')
  })

  test('W5: a frame of 390 kB that is deep ends in 1009, and the process lives', async () => {
    await using deep = await openPeer(server.wsUrl, { token })
    deep.send(`{"id":1,"method":"query","params":${nested(190_000)}}`)
    expect((await deep.closed).code).toBe(1009)
    expect((await peer.call('query', 'info')).error).toBeUndefined()
  })

  test('I3: ten thousand unknown fields get a short answer', async () => {
    const names = Array.from({ length: 6_000 }, (_, index) => `"f${index}":1`).join(',')
    const answer = await callRaw('query', 'session.get', `{${names}}`)
    expect(JSON.stringify(answer).length).toBeLessThan(3_000)
  })

  test.each([
    'constructor',
    '__proto__',
    'session',
    'session.constructor',
    '',
    '\u0000',
    'a'.repeat(5_000),
  ])('I4: there is no procedure %j, and the answer does not repeat it', async (path) => {
    const { error } = await peer.call('query', path, {})
    expect(error?.data).toMatchObject({ code: 'NOT_FOUND', reason: 'NO_SUCH_PROCEDURE' })
    expect(error?.message).toBe('There is no such procedure.')
  })
})

describe('I4: over HTTP', () => {
  const post = (body: BodyInit | null, contentType = 'application/json') =>
    fetch(`${server.url}/trpc/session.create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
      body,
    })
  const get = (path: string) =>
    fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } })

  test.each<[string, () => Promise<Response>, number, string]>([
    ['a body that is no JSON', () => post('{"secret-looking'), 400, 'INVALID_INPUT'],
    ['an unknown field', () => post('{"titel":"x"}'), 400, 'INVALID_INPUT'],
    ['a deep body', () => post(`{"title":${nested(100_000)}}`), 400, 'INVALID_INPUT'],
    ['a text', () => post('{}', 'text/plain'), 415, 'INVALID_INPUT'],
    ['a form', () => post('a=b', 'application/x-www-form-urlencoded'), 415, 'INVALID_INPUT'],
    ['a file', () => post('abc', 'application/octet-stream'), 415, 'INVALID_INPUT'],
    ['a part', () => post('--x', 'multipart/form-data; boundary=x'), 415, 'INVALID_INPUT'],
    ['a query that is no JSON', () => get('/trpc/session.list?input={"a"'), 400, 'INVALID_INPUT'],
    ['an input to `info`', () => get('/trpc/info?input={"a":1}'), 400, 'INVALID_INPUT'],
    ['a broken escape', () => get('/trpc/%E0%A4%A'), 400, 'INVALID_INPUT'],
    ['no procedure', () => get('/trpc'), 404, 'NO_SUCH_PROCEDURE'],
    ['a query by a mutation’s name', () => get('/trpc/session.create'), 405, 'NO_SUCH_PROCEDURE'],
  ])('%s', async (_, call, status, reason) => {
    const response = await call()
    expect(response.status).toBe(status)
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ error: { data: { reason } } })
    expect(body).not.toMatch(/JSON at|Unexpected|secret-looking|%E0|node_modules|\.ts:/)
  })

  test.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'PURGE'])('%s is 405', async (method) => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`${method} /trpc/info HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 405 [\s\S]*"reason":"NO_SUCH_PROCEDURE"/)
  })

  test('none of all this is an unexpected error', () => {
    expect(server.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })
})
