/** The model's server over TLS, as OpenRouter is: the same answers as without, also where the connection is held. */
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { call, openBench } from '../src/server/model/testing/call.ts'
import { inACrowd } from '../src/server/model/testing/crowd.ts'
import { systemClock } from '../src/server/system.ts'
import { type Certificate, makeCertificate } from './harness/certificate.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { readThroughClient } from './harness/readers.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

interface Tls extends AsyncDisposable {
  readonly url: string
}

/** The same server, by TLS. */
async function openTls(url: string, { certificate, key }: Certificate): Promise<Tls> {
  const { port, pathname } = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer({ cert: certificate, key }, (secure) => {
    const plain = connect(Number(port), '127.0.0.1')
    sockets.add(secure).add(plain)
    secure.pipe(plain).pipe(secure)
    secure.on('error', () => plain.destroy()).on('close', () => plain.destroy())
    plain.on('error', () => secure.destroy()).on('close', () => secure.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const words = (count: number) => Array.from({ length: count }, (_, i) => `wörd${i} `)

test('M1: a server asks a model by https, and the answers come over kept connections', async () => {
  await using folder = await openTempFolder()
  const made = await makeCertificate(folder.path)
  await using simulator = await startSimulator()
  await using tls = await openTls(simulator.url, made)
  await using server = await startServer({
    dataDir: folder.path,
    env: {
      OPENROUTER_BASE_URL: tls.url,
      OPENROUTER_API_KEY: 'sk-or-test-key',
      NODE_EXTRA_CA_CERTS: made.certificateFile,
    },
  })
  const { token } = await newGuest(server.url)
  await using opened = openClient({ url: server.wsUrl, token: () => token })
  const { created } = await opened.client.sessions.create()
  const session = opened.client.session(created.sessionId)
  await using reader = readThroughClient(session)
  for (const count of [3, 400]) {
    const tokens = words(count)
    await simulator.next({ tokens })
    const { messageId } = await session.send('Hello')
    expect((await reader.log.end(messageId)).content).toBe(tokens.join(''))
  }
})

test('M8: over TLS too, an answer that is held between its pieces is whole', async () => {
  await using folder = await openTempFolder()
  const made = await makeCertificate(folder.path)
  await using bench = await openBench()
  await using tls = await openTls(bench.simulator.url, made)
  const known = getCACertificates('default')
  setDefaultCACertificates([...known, made.certificate])
  try {
    const model = inACrowd(bench.model({ clock: systemClock, baseUrl: tls.url }))
    for (let round = 0; round < 2; round++) {
      const plans = Array.from({ length: 8 }, (_, i) => ({
        tokens: words(10 + i),
        pace: { tokensPerSecond: 20 + 20 * i },
      }))
      bench.simulator.next(...plans)
      const calls = plans.map(() => call(model))
      const told = await Promise.all(calls.map(({ over }) => over))
      expect(told.map(({ error }) => error)).toEqual(told.map(() => null))
      const whole = plans.map(({ tokens }) => tokens.join('')).sort()
      expect(told.map(({ text }) => text).sort()).toEqual(whole)
    }
    bench.simulator.next({ size: 100_000 })
    const { end } = await call(model).over
    expect(end?.usage?.completionTokens).toBe(100_000)
  } finally {
    setDefaultCACertificates(known)
  }
})
