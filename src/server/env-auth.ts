/**
 * The settings that say who may come in: how they fit together, which no single one can tell, and the server's
 * share of them. Used by `env.ts`.
 */
import type { AuthSettings } from './settings.ts'

/** As they stand in the environment; an empty one is left out. */
type Given = Readonly<Record<string, string | undefined>>

const jwtOnly = [
  'AUTH_JWKS_URL',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'AUTH_TOKEN_COOKIE',
  'AUTH_TOKEN_HEADER',
  'AUTH_SIGN_IN_URL',
]

/** What does not fit together, each beginning with the setting to change. */
export function authProblems(given: Given): string[] {
  const problems: string[] = []
  const mode = given.AUTH_MODE ?? 'guest'
  if (mode === 'guest') {
    // Not ignored: who sets these wants nobody in without a token, and would have guests.
    for (const name of jwtOnly) {
      if (given[name])
        problems.push(`${name}: counts with AUTH_MODE=jwt alone, and that is not set`)
    }
  }
  if (mode === 'jwt' && !given.AUTH_JWKS_URL && !given.AUTH_SECRET) {
    problems.push('AUTH_MODE: jwt needs AUTH_JWKS_URL, or an AUTH_SECRET shared with who signs')
  }
  if (given.REDIS_URL && !given.AUTH_SECRET) {
    problems.push('AUTH_SECRET: must be set with REDIS_URL, the same for all servers')
  }
  const services = given.SERVICE_TOKENS?.split(',').map((token) => token.trim()) ?? []
  if (given.AUTH_SECRET && services.includes(given.AUTH_SECRET)) {
    problems.push('SERVICE_TOKENS: must differ from AUTH_SECRET')
  }
  return problems
}

/** What works and may not be what was meant. */
export function authWarnings(given: Given): string[] {
  if (given.AUTH_MODE !== 'jwt') return []
  const warnings: string[] = []
  if (!given.AUTH_ISSUER) {
    warnings.push('AUTH_ISSUER is not set: tokens of any issuer that has the key are taken')
  }
  if (!given.AUTH_AUDIENCE) {
    warnings.push(
      'AUTH_AUDIENCE is not set: tokens that the provider made for other services are taken too',
    )
  }
  const keys = given.AUTH_JWKS_URL ? URL.parse(given.AUTH_JWKS_URL) : null
  const isLocal = keys !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(keys.hostname)
  if (keys?.protocol === 'http:' && !isLocal) {
    warnings.push('AUTH_JWKS_URL is http: who is on the way can put in keys of their own')
  }
  return warnings
}

/** Called where `authProblems` found none. */
export function authSettings(env: {
  AUTH_MODE: 'guest' | 'jwt'
  AUTH_SECRET: string | null
  AUTH_JWKS_URL: string | null
  AUTH_ISSUER: string | null
  AUTH_AUDIENCE: string[] | null
}): AuthSettings {
  const { AUTH_JWKS_URL: url, AUTH_SECRET: secret } = env
  if (env.AUTH_MODE === 'guest') return { mode: 'guest' }
  const provider = { issuer: env.AUTH_ISSUER, audiences: env.AUTH_AUDIENCE ?? [] }
  // With both, the secret signs what is our own, and no user's token.
  if (url !== null) return { mode: 'jwt', provider: { ...provider, keys: { kind: 'jwks', url } } }
  if (secret === null) throw new Error('AUTH_MODE=jwt without any key')
  return { mode: 'jwt', provider: { ...provider, keys: { kind: 'secret', secret } } }
}
