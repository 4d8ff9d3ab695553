/** Who closed a connection that was kept: only what the server closed by itself counts. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { KeptConnections } from './kept-connections.ts'

const server = createServer((req, res) => {
  if (req.url === '/call') kept.use(req, res)
  res.end('said')
})
const kept = new KeptConnections(server)
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

async function caller(path: string): Promise<Socket> {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('it does not listen')
  const socket = connect(address.port, '127.0.0.1')
  sockets.push(socket)
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)
  let said = ''
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    said += bytes
    if (said.includes('said')) break
  }
  return socket
}

test('simulator: a connection that was kept and closed by the server is counted, and no other', async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gone = new Promise<void>((resolve) => {
    server.once('connection', (socket) => socket.once('close', () => resolve()))
  })
  const leaver = await caller('/call')
  leaver.destroy()
  await gone
  expect(kept.closed).toBe(0)

  const idle = await caller('/call')
  const other = await caller('/other')
  const both = [idle, other].map((socket) => once(socket.resume(), 'close'))
  server.closeIdleConnections()
  await Promise.all(both)
  expect({ opened: kept.opened, closed: kept.closed }).toEqual({ opened: 3, closed: 1 })
})
