/** What HTTP requests meet whose address is out, and connections that do not wait for their answers. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/test-server.ts'
import { createPipelineGuard } from './pipeline-guard.ts'

let server: TestServer
beforeAll(async () => {
  // Ten requests at once, ten a second; the machine is trusted as a proxy.
  server = await openTestServer({ env: { MESSAGES_PER_SECOND: '1', TRUST_PROXY: '127.0.0.1' } })
})
afterAll(() => server.close())

const from = (address: string, path = '/trpc/info') =>
  fetch(server.url + path, { headers: { 'x-forwarded-for': address } })

test('L8, L12: every path has the rate of its address; who goes on is out, and probes are answered', async () => {
  const address = '198.51.100.1'
  let last = await from(address, '/nothing')
  // Out, and not only over the rate of a moment: ten seconds and not one.
  while (Number(last.headers.get('retry-after') ?? 0) <= 1) {
    await last.arrayBuffer()
    last = await from(address, '/nothing')
  }
  expect(last.status).toBe(429)
  const { error } = (await last.json()) as { error: { data: object } }
  expect(error.data).toMatchObject({ reason: 'RATE_LIMITED', retryAfterMs: expect.any(Number) })
  for (const probe of ['/healthz', '/readyz']) expect((await from(address, probe)).status).toBe(200)
  expect((await from('198.51.100.2')).status).toBe(200)
})

test('L12: a connection that asks on and on without waiting for answers is cut', async () => {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  let text = ''
  socket.on('data', (data) => {
    text += data.toString()
  })
  const one = 'GET /trpc/info HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.3\r\n\r\n'
  socket.write(one.repeat(100))
  await once(socket, 'close')
  expect(text.split('HTTP/1.1 ').length - 1).toBeLessThanOrEqual(8)
  expect((await from('198.51.100.4')).status).toBe(200)
})

test('L13: what else was read of a connection that is cut is not looked at', async () => {
  const pipelines = createPipelineGuard()
  let seen = 0
  const http = createServer(({ socket }, response) => {
    seen++
    if (pipelines.isTooMany(socket, response)) pipelines.cut(socket)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500))
  await once(socket, 'close')
  expect(seen).toBe(9)
  http.close()
  await once(http, 'close')
})

test('L14: of a connection that asks a few times at once each request is answered, in its order', async () => {
  const socket = connect(server.port, '127.0.0.1')
  let text = ''
  socket.on('data', (data) => {
    text += data.toString()
  })
  const line = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.5\r\n`
  const paths = ['/trpc/info', '/nothing', '/trpc/info', '/healthz']
  socket.write(
    `${paths.map((path) => line(path)).join('\r\n')}\r\n${line('/')}Connection: close\r\n\r\n`,
  )
  await once(socket, 'close')
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
    '200',
    '404',
    '200',
    '200',
    '404',
  ])
})
