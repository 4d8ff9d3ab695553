/** The proxy does to a connection what it says, by a server that answers what it is told. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let opened: AsyncDisposableStack
let proxy: TcpProxy
/** What arrived at the server. */
let heard: string
let onHeard = () => {}

beforeEach(async () => {
  opened = new AsyncDisposableStack()
  heard = ''
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      heard += bytes
      onHeard()
      socket.write(`re: ${bytes}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  opened.defer(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  proxy = opened.use(await openTcpProxy({ targetPort: address.port }))
})
afterEach(() => opened.disposeAsync())

async function open(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1')
  opened.defer(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data')
  socket.write(text)
  return String((await answer)[0])
}

test('what is swallowed is lost on both sides and nobody is told; new connections work', async () => {
  const lost = await open()
  expect(await ask(lost, 'one')).toBe('re: one')
  proxy.swallow()
  let answered = false
  lost.on('data', () => {
    answered = true
  })
  lost.write('two')
  const fresh = await open()
  expect(await ask(fresh, 'three')).toBe('re: three')
  expect(heard).toBe('onethree')
  expect(answered).toBe(false)
  expect(lost.readyState).toBe('open')
  const closed = once(lost, 'close')
  proxy.heal()
  await closed
  expect(await ask(fresh, 'four')).toBe('re: four')
})

test('a reply that is lost was acted upon, and its connection is cut; the next reply is not', async () => {
  const socket = await open()
  let lost = 0
  proxy.loseReply(/re: pay/, () => {
    lost++
  })
  expect(await ask(socket, 'look')).toBe('re: look')
  const closed = once(socket, 'close')
  socket.write('pay')
  await closed
  expect(heard).toBe('lookpay')
  expect(lost).toBe(1)
  expect(await ask(await open(), 'pay')).toBe('re: pay')
})

test('a slow link is slow in both directions, and what comes when it is fast again does not overtake', async () => {
  const socket = await open()
  expect(await ask(socket, 'a')).toBe('re: a')
  proxy.slow(50)
  const startMs = performance.now()
  expect(await ask(socket, 'b')).toBe('re: b')
  // Timers may be a millisecond early.
  expect(performance.now() - startMs).toBeGreaterThan(95)
  const arrived = new Promise<void>((resolve) => {
    onHeard = () => {
      if (heard.length === 6) resolve()
    }
  })
  for (const text of ['c', 'd', 'e']) {
    socket.write(text)
    await new Promise((resolve) => setImmediate(resolve))
  }
  proxy.slow(0)
  socket.write('f')
  await arrived
  expect(heard).toBe('abcdef')
})
