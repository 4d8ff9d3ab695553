/** What is written past `ws` is what a client of it reads, over a real socket. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { writeText } from './text-frame.ts'

let server: WebSocketServer
let client: WebSocket
let net: Duplex
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connected = once(server, 'connection')
  client = new WebSocket(`ws://127.0.0.1:${port}`)
  const [, request] = await connected
  net = request.socket
  await once(client, 'open')
})
afterAll(() => {
  client.terminate()
  server.close()
})

function readBack(texts: readonly string[]): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>()
  const read: string[] = []
  const take = (data: Buffer, isBinary: boolean) => {
    read.push(isBinary ? 'not a text' : data.toString('utf8'))
    if (read.length < texts.length) return
    client.off('message', take)
    resolve(read)
  }
  client.on('message', take)
  for (const text of texts) writeText(net, text)
  return promise
}

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a text of %i characters', async (length) => {
  const texts = ['x'.repeat(length), 'é'.repeat(length)]
  expect(await readBack(texts)).toEqual(texts)
})

test('any texts, one after the other', async () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(texts, async (some) => {
      expect(await readBack(some)).toEqual(some)
    }),
  )
})
