/** Where the agent server is, for the web app and for browsers: contract section 2. */
import { describe, expect, test } from 'vitest'
import { internalAgentUrl, publicAgentUrl } from './agent-address.ts'

describe('for the web app', () => {
  test.each([
    [{}, 'http://127.0.0.1:3001/trpc'],
    [{ AGENT_HOST: 'agent', AGENT_PORT: '4000' }, 'http://agent:4000/trpc'],
    [{ AGENT_HOST: '0.0.0.0' }, 'http://127.0.0.1:3001/trpc'],
    [{ AGENT_HOST: '::1' }, 'http://[::1]:3001/trpc'],
  ])('%j is %s', (env, url) => {
    expect(internalAgentUrl(env)).toBe(url)
  })
})

describe('for a browser', () => {
  const from = (env: Record<string, string>, headers: Record<string, string>) =>
    publicAgentUrl(env, new Headers(headers))

  test('PUBLIC_AGENT_URL counts before the host, in any of its spellings', () => {
    for (const url of [
      'https://agent.example',
      'wss://agent.example/',
      'https://agent.example/trpc',
      'wss://agent.example/trpc/',
    ]) {
      expect(from({ PUBLIC_AGENT_URL: url }, { host: 'x' })).toBe('wss://agent.example/trpc')
    }
    expect(from({ PUBLIC_AGENT_URL: 'http://a.example:81/b' }, {})).toBe('ws://a.example:81/b/trpc')
  })

  test('without it, the host that the browser asked, on the agent server’s port', () => {
    expect(from({ AGENT_PORT: '4001' }, { host: '192.168.1.5:4000' })).toBe(
      'ws://192.168.1.5:4001/trpc',
    )
    expect(from({}, { host: '[::1]:3000' })).toBe('ws://[::1]:3001/trpc')
    expect(from({}, { host: 'chat.example', 'x-forwarded-proto': 'https' })).toBe(
      'wss://chat.example:3001/trpc',
    )
  })

  test('a host that cannot be read gives nothing', () => {
    expect(from({}, {})).toBeNull()
    expect(from({}, { host: 'a b' })).toBeNull()
    for (const host of ['a/b', 'user@a', 'a?b', 'a#b', 'a:99999', '[a]', 'a\\b', 'a'.repeat(300)]) {
      expect(from({}, { host }), host).toBeNull()
    }
  })
})
