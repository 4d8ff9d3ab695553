/** What the page may load and run, word for word. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contentSecurityPolicy, type PolicyOptions } from './content-security-policy.ts'

const policy = (options: Partial<PolicyOptions> = {}) =>
  contentSecurityPolicy({
    nonce: 'N',
    agentUrl: 'ws://127.0.0.1:3001/trpc',
    secure: false,
    development: false,
    ...options,
  })

const directive = (name: string, options: Partial<PolicyOptions> = {}) =>
  policy(options)
    .split('; ')
    .find((it) => it.split(' ')[0] === name)

test('K1: everything is forbidden that is not named', () => {
  expect(policy().replaceAll(/ 'sha256-[^']+'/g, '')).toBe(
    "default-src 'none'; script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'; " +
      "img-src 'self'; font-src 'self'; " +
      "connect-src 'self' ws://127.0.0.1:3001 http://127.0.0.1:3001; " +
      "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; " +
      "frame-ancestors 'none'",
  )
})

test('K1: nothing inline and no eval, but in development', () => {
  expect(policy()).not.toContain('unsafe')
  expect(directive('script-src', { development: true })).toBe(
    "script-src 'self' 'nonce-N' 'unsafe-eval'",
  )
  expect(directive('style-src', { development: true })).toBe("style-src 'self' 'unsafe-inline'")
})

test('K1: the two hashes are those of the styles that sonner puts in', () => {
  const source = readFileSync(new URL(import.meta.resolve('sonner')), 'utf8')
  const literal = /__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1]
  expect(literal).toBeDefined()
  const hashes = ['', JSON.parse(literal ?? '""')].map(
    (css) => `'sha256-${createHash('sha256').update(css).digest('base64')}'`,
  )
  expect(directive('style-src')).toBe(`style-src 'self' 'nonce-N' ${hashes.join(' ')}`)
})

test('K1: over https the agent server is reached over https, and so is everything', () => {
  const options = { agentUrl: 'wss://agent.example/base/trpc', secure: true }
  expect(directive('connect-src', options)).toBe(
    "connect-src 'self' wss://agent.example https://agent.example",
  )
  expect(policy(options)).toMatch(/; upgrade-insecure-requests$/)
})

test('K1: an address that is not known, or would say more than an address, adds nothing', () => {
  for (const agentUrl of [null, 'nonsense', 'ws://a;sandbox:3001/trpc', 'ws://a,b:3001/trpc']) {
    expect(directive('connect-src', { agentUrl })).toBe("connect-src 'self'")
  }
  expect(directive('connect-src', { agentUrl: 'ws://[::1]:3001/trpc' })).toBe(
    "connect-src 'self' ws://[::1]:3001 http://[::1]:3001",
  )
})
