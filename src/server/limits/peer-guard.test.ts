/** TCP connections before anything is said on them: who is shut gets no socket of this server's at all. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { guardPeers } from './peer-guard.ts'

interface Guarded extends AsyncDisposable {
  seen: { offences: string[]; sockets: number }
  /** What comes back for a request, until the end. */
  ask(): Promise<string>
}

async function open({ isShut, isProxy }: { isShut: boolean; isProxy: boolean }): Promise<Guarded> {
  const seen: Guarded['seen'] = { offences: [], sockets: 0 }
  const http: Server = createServer((_, response) => response.end('in'))
  guardPeers(http, {
    limits: { maxConnections: 10, maxConnectionsPerAddress: 10 },
    addresses: { isProxy: () => isProxy, ofPeer: (address) => `of ${address}` },
    offences: { add: (address) => seen.offences.push(address), isShut: () => isShut },
  })
  http.on('connection', () => {
    seen.sockets++
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    seen,
    async ask() {
      const { port } = http.address() as AddressInfo
      const socket = connect(port, '127.0.0.1')
      let said = ''
      socket.on('data', (data) => {
        said += data.toString()
      })
      // A reset is an end like any other.
      socket.on('error', () => undefined)
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      await once(socket, 'close')
      return said
    },
    async [Symbol.asyncDispose]() {
      http.close()
      await once(http, 'close')
    },
  }
}

test('L12: an address that is shut is not answered, has no socket made for it, and goes on being counted', async () => {
  await using guarded = await open({ isShut: true, isProxy: false })
  expect(await guarded.ask()).toBe('')
  expect(guarded.seen).toEqual({ offences: ['of 127.0.0.1'], sockets: 0 })
})

test.each([
  ['an address that is not', { isShut: false, isProxy: false }],
  ['a proxy, which has the connections of all who come by it', { isShut: true, isProxy: true }],
])('L12: %s is let in', async (_, input) => {
  await using guarded = await open(input)
  expect(await guarded.ask()).toContain('in')
  expect(guarded.seen).toEqual({ offences: [], sockets: 1 })
})
