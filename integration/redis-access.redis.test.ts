/** Redis as it is kept in earnest: TLS with an authority of one's own, and a user with the least rights. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setUpProgram } from '../scripts/setup-proxies.ts'
import { aclRules } from '../src/server/store/redis/rights.ts'
import { startRedis } from '../src/server/store/redis/testing/redis-process.ts'
import { Child, root } from './harness/child.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { freePort } from './harness/ports.ts'
import { readThroughClient } from './harness/readers.ts'
import { type ServerProcess, serverMain } from './harness/server-process.ts'
import { openSharedServers, type SharedServers } from './harness/shared-servers.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
const tokens = ['All ', 'of ', 'it.']
const secret = { AUTH_SECRET: 's'.repeat(32) }

/** A question at one server, read at the other; then what else a session has. */
async function expectWorks(shared: SharedServers, servers: readonly ServerProcess[]) {
  const [a, b] = servers
  if (!a || !b) throw new Error('two servers')
  await shared.simulator.always({ tokens, pace })
  const { token } = await newGuest(a.url)
  await using here = openClient({ url: a.wsUrl, token: () => token })
  await using there = openClient({ url: b.wsUrl, token: () => token })
  const session = await here.client.sessions.create()
  using reader = readThroughClient(there.client.session(session.sessionId))
  const { messageId } = await session.send('Hello')
  expect(await reader.log.end(messageId)).toMatchObject({ content: tokens.join('') })
  expect((await there.client.sessions.list({ search: 'Hello' })).items).toHaveLength(1)
  await here.client.sessions.delete(session.sessionId)
  expect((await there.client.sessions.list({})).items).toEqual([])
}

test('S27: over TLS, by an authority of one’s own; without it the start says why', async () => {
  await using folder = await openTempFolder()
  const { ca, certificate, key } = makeCertificates(folder.path)
  const tlsPort = String(await freePort())
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', ca]
  await using redis = await startRedis([
    ...['--tls-port', tlsPort, '--tls-auth-clients', 'no', '--appendonly', 'yes'],
    ...files,
  ])
  await using shared = await openSharedServers()
  const env = { REDIS_URL: `rediss://127.0.0.1:${tlsPort}`, NODE_EXTRA_CA_CERTS: ca }
  await expectWorks(shared, [await shared.start(env), await shared.start(env)])
  expect(String(await redis.ask('INFO', 'clients'))).toContain('connected_clients')
  await using stranger = new Child([serverMain], { ...secret, REDIS_URL: env.REDIS_URL })
  const { code, stderr } = await stranger.ended
  expect(code).toBe(1)
  expect(stderr).toMatch(/cannot be reached: .*certificate/)
})

test('S27: a user with exactly the rights of the docs runs everything; of one with a right less the start and the doctor say which', async () => {
  await using shared = await openSharedServers()
  const { redis } = shared
  const rules = aclRules('aw')
  await redis.ask('ACL', 'SETUSER', 'agent', 'on', '>pass word', ...rules)
  const REDIS_URL = `redis://agent:pass%20word@127.0.0.1:${redis.port}`
  await expectWorks(shared, [await shared.start({ REDIS_URL }), await shared.start({ REDIS_URL })])
  const cli = join(root, 'src/cli/main.ts')
  await using command = new Child([cli, 'restored'], { ...secret, REDIS_URL })
  expect(await command.ended).toMatchObject({ code: 0 })
  // Nothing was refused to it on the way.
  const refused = JSON.stringify(await redis.ask('ACL', 'LOG')).replaceAll('client|setinfo', '')
  expect(refused).not.toMatch(/"object","[^"]+"/)

  await redis.ask('ACL', 'SETUSER', 'agent', '-hincrby', '-spublish')
  await using less = new Child([serverMain], { ...secret, REDIS_URL })
  const ended = await less.ended
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain('it lacks hincrby, spublish on aw:*')
  expect(ended.stderr).not.toContain('pass')
  await using doctor = new Child([cli, 'doctor', '--json'], { ...secret, REDIS_URL })
  expect((await doctor.ended).stdout).toContain('it lacks hincrby, spublish on aw:*')

  // Rights on other keys are none.
  await redis.ask(
    'ACL',
    'SETUSER',
    'agent',
    'resetkeys',
    'resetchannels',
    '~other:*',
    ...rules.slice(2),
  )
  await using elsewhere = new Child([serverMain], { ...secret, REDIS_URL })
  expect((await elsewhere.ended).stderr).toMatch(/it lacks del, exists, .*ssubscribe/)
})

function makeCertificates(folder: string): { ca: string; certificate: string; key: string } {
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync(setUpProgram('openssl'), args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`)
  }
  const fresh = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  const [ca, caKey] = [file('ca.pem'), file('ca-key.pem')]
  openssl('req', '-x509', ...fresh, '-subj', '/CN=An authority', '-keyout', caKey, '-out', ca)
  const [certificate, key] = [file('redis.pem'), file('redis-key.pem')]
  const names = ['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1']
  const signed = [
    '-x509',
    '-CA',
    ca,
    '-CAkey',
    caKey,
    '-addext',
    'basicConstraints=critical,CA:false',
  ]
  openssl('req', ...signed, ...fresh, ...names, '-keyout', key, '-out', certificate)
  return { ca, certificate, key }
}
