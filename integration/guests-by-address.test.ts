/**
 * The page's own server asks for the guest tokens of all its visitors. `npm start` as it is: each visitor counts by
 * the address that he comes from, whatever he says of it himself. Linux only: all of 127/8 is this machine.
 */
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Child, root } from './harness/child.ts'
import { freePort } from './harness/ports.ts'
import { openTempFolder } from './harness/temp-folder.ts'

/** Asks the page's server for a token, as somebody at that address; resolves with the status. */
function visit(port: number, from: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/connect',
        method: 'POST',
        localAddress: from,
        headers,
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
      .on('error', reject)
      .end()
  })
}

test.skipIf(process.platform !== 'linux')(
  'L7: visitors of the page are counted each by the address that they really come from',
  async () => {
    await using folder = await openTempFolder()
    const port = await freePort()
    await using start = new Child(
      ['--import', './scripts/require-node.mjs', join(root, 'scripts/start.ts')],
      {
        DATA_DIR: folder.path,
        PORT: String(port),
        AGENT_PORT: String(await freePort()),
        OPENROUTER_API_KEY: '',
        OPENROUTER_BASE_URL: '',
        FORWARD_SECRET: '',
        // Three guests a minute.
        MAX_CONNECTIONS_PER_IP: '1',
      },
    )
    await start.said('stdout', /Ctrl-C stops it\./)
    for (let i = 0; i < 3; i++) expect(await visit(port, '127.0.0.1')).toBe(200)
    expect(await visit(port, '127.0.0.1')).toBe(429)
    for (const made of ['203.0.113.9', '127.0.0.2']) {
      expect(await visit(port, '127.0.0.1', { 'x-forwarded-for': made })).toBe(429)
    }
    expect(await visit(port, '127.0.0.2')).toBe(200)
  },
)
