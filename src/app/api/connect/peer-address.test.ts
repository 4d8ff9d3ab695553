/** The address that a request really comes from is the last of its `X-Forwarded-For`, whatever the client sent. */
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPeerAddresses } from './peer-address.ts'

const server = createServer(({ headers }, response) => response.end(headers['x-forwarded-for']))
beforeAll(async () => {
  addPeerAddresses()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())

function forwarded(headers: Record<string, string>): Promise<string> {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers }, (response) => resolve(text(response))).on(
      'error',
      reject,
    )
  })
}

test('L7: a request without the header gets it', async () => {
  expect(await forwarded({})).toBe('127.0.0.1')
})

test('L7: what the client sent stands left of it', async () => {
  expect(await forwarded({ 'x-forwarded-for': '1.1.1.1' })).toBe('1.1.1.1, 127.0.0.1')
})
