/** Where requests come from, and which origins are let in by default. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { createAddresses } from './client-address.ts'
import { webOrigins } from './origins.ts'

/** What `addressOf` says of a real request with this header. */
async function addressOf(
  trusted: string[],
  forwarded?: string,
  { shown, secret = null }: { shown?: string; secret?: string | null } = {},
): Promise<string> {
  const addresses = createAddresses({ proxies: trusted, forwardSecret: secret })
  const server = createServer((incoming, response) => response.end(addresses.of(incoming)))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  try {
    return await new Promise((resolve, reject) => {
      const headers = {
        ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
        ...(shown !== undefined && { 'x-agent-forward': shown }),
      }
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

const secret = 'a secret of thirty-two characters'
test.each<[string, { shown?: string; secret?: string }, string, string]>([
  ['proves itself', { shown: secret, secret }, '203.0.113.9', '203.0.113.9'],
  [
    'forwards what a client made up',
    { shown: secret, secret },
    '1.1.1.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['has a proxy before it', { shown: secret, secret }, '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['shows another secret', { shown: secret.toUpperCase(), secret }, '203.0.113.9', '127.0.0.1'],
  ['shows nothing', { secret }, '203.0.113.9', '127.0.0.1'],
  ['shows a secret where there is none', { shown: secret }, '203.0.113.9', '127.0.0.1'],
])('L7: the address, where the web app %s', async (_, shown, forwarded, expected) => {
  expect(await addressOf(['10.0.0.0/8'], forwarded, shown)).toBe(expected)
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
