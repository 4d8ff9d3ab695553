/**
 * An identity provider with published keys that a test can rotate, withdraw and take away: a real server on a
 * real socket. Used by the tests of `jwt` mode, also by those of other folders.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'

export const issuer = 'https://id.example'
export const audience = 'agent'

interface Key {
  kid: string
  alg: string
  privateKey: CryptoKey
  publicKey: CryptoKey
  jwk: JWK
}

export interface IdentityProvider extends AsyncDisposable {
  /** Of the keys. */
  readonly url: string
  readonly env: Record<string, string>
  /** Times that its keys were asked for. */
  readonly asked: number
  /** A new key, published at once. It signs from now on. */
  rotate(alg?: string): Promise<void>
  /** Only the key that signs is published. */
  withdrawOld(): void
  /** What it answers to who asks for its keys. */
  state: 'up' | 'broken' | 'nonsense' | 'silent'
  down(): Promise<void>
  /** At the same address. */
  up(): Promise<void>
  /** Signed with the newest key; `change` is called before. `kid` may be another, or none. */
  sign(change?: (jwt: SignJWT) => SignJWT, header?: { kid: string | null }): Promise<string>
  /** The public key that signs, as a file of an operator would have it. */
  publicPem(): Promise<string>
}

export const nowS = () => Math.floor(Date.now() / 1000)

/** What a good token says. */
export function claims(sub = 'ada'): SignJWT {
  return new SignJWT({})
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1h')
}

export async function openIdentityProvider(): Promise<IdentityProvider> {
  const keys: Key[] = []
  let asked = 0
  let port = 0
  const server = createServer((_, response) => {
    asked++
    const { state } = provider
    if (state === 'silent') return
    if (state === 'broken') response.writeHead(500).end('an outage')
    else if (state === 'nonsense') response.writeHead(200).end('{"keys":"none"}')
    else response.writeHead(200).end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
  })
  const newest = () => {
    const key = keys.at(-1)
    if (!key) throw new Error('a provider without a key')
    return key
  }
  const provider: IdentityProvider = {
    get url() {
      return `http://127.0.0.1:${port}/keys`
    },
    get env() {
      const { url } = provider
      return { AUTH_MODE: 'jwt', AUTH_JWKS_URL: url, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience }
    },
    get asked() {
      return asked
    },
    state: 'up',
    async rotate(alg = 'ES256') {
      const kid = `key-${keys.length + 1}`
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
      const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
      keys.push({ kid, alg, privateKey, publicKey, jwk })
    },
    withdrawOld() {
      keys.splice(0, keys.length - 1)
    },
    async down() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    async up() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (typeof address !== 'object' || !address) throw new Error('the provider has no port')
      port = address.port
    },
    sign(change = (jwt) => jwt, header) {
      const { alg, kid: own, privateKey } = newest()
      const { kid } = header ?? { kid: own }
      const named = kid === null ? { alg } : { alg, kid }
      return change(claims()).setProtectedHeader(named).sign(privateKey)
    },
    publicPem: () => exportSPKI(newest().publicKey),
    async [Symbol.asyncDispose]() {
      if (server.listening) await provider.down()
    },
  }
  await provider.up()
  await provider.rotate()
  return provider
}
