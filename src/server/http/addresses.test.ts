/** Where requests come from, and which origins are let in by default. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { createAddressOf } from './client-address.ts'
import { webOrigins } from './origins.ts'

/** What `addressOf` says of a real request with this header. */
async function addressOf(trusted: string[], forwarded?: string): Promise<string> {
  const of = createAddressOf(trusted)
  const server = createServer((incoming, response) => response.end(of(incoming)))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  try {
    return await new Promise((resolve, reject) => {
      const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
      request({ port, host: '127.0.0.1', headers }, (response) => {
        response.setEncoding('utf8').on('data', resolve)
      })
        .on('error', reject)
        .end()
    })
  } finally {
    server.close()
  }
}

test.each<[string, string[], string | undefined, string]>([
  ['no proxy is trusted', [], '203.0.113.9', '127.0.0.1'],
  ['the peer is not one of them', ['10.0.0.0/8'], '203.0.113.9', '127.0.0.1'],
  ['the peer says nothing', ['127.0.0.1'], undefined, '127.0.0.1'],
  ['the peer is trusted', ['127.0.0.1'], '203.0.113.9', '203.0.113.9'],
  ['the client made one up', ['127.0.0.1'], '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['there are two proxies', ['127.0.0.1', '10.0.0.0/8'], '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['it is no address', ['127.0.0.1'], 'unknown', '127.0.0.1'],
  ['it has a port', ['127.0.0.1'], '203.0.113.9:1234', '203.0.113.9'],
  ['it is IPv6: the /64 counts', ['127.0.0.1'], '2001:db8::1', '2001:db8:0:0::/64'],
  ['it is IPv6 in full', ['127.0.0.1'], '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['it is IPv6 with a port', ['127.0.0.1'], '[2001:db8:1:2::9]:80', '2001:db8:1:2::/64'],
  ['it is IPv4 in IPv6', ['127.0.0.1'], '::ffff:203.0.113.9', '203.0.113.9'],
])('the address, where %s', async (_, trusted, forwarded, expected) => {
  expect(await addressOf(trusted, forwarded)).toBe(expected)
})

test('the web app has the local names, and the addresses that the server listens on', () => {
  const local = ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000']
  expect(webOrigins({ host: '127.0.0.1', webPort: 3000 })).toEqual(local)
  expect(webOrigins({ host: '192.0.2.7', webPort: 80 })).toContain('http://192.0.2.7')
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => `http://${address}:3000`)
  expect(webOrigins({ host: '0.0.0.0', webPort: 3000 })).toEqual(expect.arrayContaining(own))
})
