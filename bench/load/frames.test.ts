import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openFrameSocket } from './frame-socket.ts'
import { FrameReader } from './frames.ts'

function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10)
  head[0] = 0x81
  if (head.length === 2) head[1] = payload.length
  else if (head.length === 4) {
    head[1] = 126
    head.writeUInt16BE(payload.length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(payload.length), 2)
  }
  return Buffer.concat([head, payload])
}

test('frames come out whole and in order, however the bytes are cut', () => {
  const size = fc.oneof(
    fc.integer({ min: 0, max: 130 }),
    fc.constantFrom(125, 126, 65_535, 65_536, 70_000),
  )
  fc.assert(
    fc.property(
      fc.array(size, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 }),
      (sizes, cuts) => {
        const texts = sizes.map((length, index) => String.fromCharCode(97 + index).repeat(length))
        const bytes = Buffer.concat(texts.map(frame))
        const seen: string[] = []
        const fail = () => expect.unreachable()
        const reader = new FrameReader({ text: (text) => seen.push(text), ping: fail, close: fail })
        // One buffer for all chunks, as sockets have it: what is kept has to be a copy.
        const shared = Buffer.alloc(40_000)
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const part = bytes.subarray(at, at + (cuts[turn % cuts.length] ?? 1))
          part.copy(shared)
          reader.feed(shared.subarray(0, part.length), 0)
          at += part.length
        }
        expect(seen).toEqual(texts)
      },
    ),
  )
})

test('a real server reads what the client sends, pings it, and closes it', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const received: string[] = []
  server.on('connection', (peer) => {
    peer.on('message', (data) => {
      received.push(data.toString())
      if (received.length === 3) peer.ping('ping')
    })
    peer.on('pong', (data) => {
      peer.send(`pong ${data.toString()}`)
      peer.close(4401)
    })
  })
  const texts: string[] = []
  const closed = Promise.withResolvers<string>()
  const socket = await openFrameSocket({
    port,
    path: '/',
    onText: (text) => texts.push(text),
    onClose: closed.resolve,
  })
  const sent = ['short', 'm'.repeat(300), 'l'.repeat(70_000)]
  for (const text of sent) socket.send(text)
  expect(await closed.promise).toBe('closed with 4401')
  expect(received).toEqual(sent)
  expect(texts).toEqual(['pong ping'])
  server.close()
  await once(server, 'close')
})
