import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { WriterWatch } from './writer-watch.ts'

test('X9: whoever waits for the watch is told, however often it has to connect', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  taken.close()
  await once(taken, 'close')

  const opening = WriterWatch.open(port)
  // Cuts the first three of them before it has said anything, as a Redis that is being killed and started.
  let tries = 0
  const redis = createServer((socket) => {
    socket.on('error', () => {})
    if (++tries <= 3) socket.destroy()
    else socket.on('data', () => socket.write('+OK\r\n'))
  })
  redis.listen(port, '127.0.0.1')
  await using watch = await opening
  expect(tries).toBe(4)
  await watch.sees()
  redis.close()
})
