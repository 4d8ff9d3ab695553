/** The policy on its way: to the browser, and to Next, which puts the nonce on scripts. */
import { NextRequest } from 'next/server'
import { afterEach, expect, test, vi } from 'vitest'
import { proxy } from './proxy.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const ask = (headers: Record<string, string> = {}) => {
  const url = 'http://chat.example:3000/'
  const response = proxy(
    new NextRequest(url, { headers: { host: 'chat.example:3000', ...headers } }),
  )
  return {
    policy: response.headers.get('content-security-policy') ?? '',
    // How Next hands changed request headers on.
    forwarded: (name: string) => response.headers.get(`x-middleware-request-${name}`),
  }
}
const nonceOf = (policy: string) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''

test('K1: each response has a nonce of its own, of 128 bits, and the page gets the same', () => {
  const nonces = Array.from({ length: 50 }, () => {
    const { policy, forwarded } = ask()
    const nonce = nonceOf(policy)
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
    expect(forwarded('x-nonce')).toBe(nonce)
    expect(forwarded('content-security-policy')).toBe(policy)
    return nonce
  })
  expect(new Set(nonces).size).toBe(nonces.length)
})

test('K1: a caller cannot choose the nonce', () => {
  const { policy, forwarded } = ask({
    'x-nonce': 'mine',
    'content-security-policy': "script-src 'nonce-mine'",
  })
  expect(policy).not.toContain('mine')
  expect(forwarded('x-nonce')).not.toBe('mine')
  expect(forwarded('content-security-policy')).toBe(policy)
})

test('K1: the agent server is named as the browser uses it, by settings of this moment', () => {
  vi.stubEnv('AGENT_PORT', '4001')
  expect(ask().policy).toContain(
    "connect-src 'self' ws://chat.example:4001 http://chat.example:4001;",
  )
  vi.stubEnv('PUBLIC_AGENT_URL', 'https://agent.example/x')
  expect(ask().policy).toContain("connect-src 'self' wss://agent.example https://agent.example;")
})
